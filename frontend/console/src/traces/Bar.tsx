import { said } from "~/shared/logs";
import type { Row } from "~/shared/traces";
import { seconds } from "~/shared/units";

const TEXT = "absolute inset-y-0 px-1 text-xs leading-6.5 whitespace-nowrap";

/** What happened when, and how long it took; `part` is the place of a time, from 0 at the left to 1. */
export function Bar({ row, part }: { row: Row; part: (time: number) => number }) {
  const { span, line, time, end = time, critical = [] } = row;
  const percent = (number: number) => `${number * 100}%`;
  const place = (from: number, to: number) => ({
    left: percent(part(from)),
    width: `max(2px, ${percent(part(to) - part(from))})`,
  });
  const beside = // where there is room
    part(end) < 0.85
      ? { left: percent(part(end)) }
      : { right: percent(part(time) > 0.15 ? 1 - part(time) : 0) };
  if (line)
    return (
      <span className={TEXT} style={{ left: percent(Math.min(0.9, part(time))) }}>
        <b style={{ color: line.tint }}>●</b> {said(line)}
      </span>
    );
  return (
    <>
      <i
        className="absolute inset-y-1.5 rounded-xs"
        style={{ ...place(time, end), background: span?.colour }}
      />
      {critical.map(([from, to]) => (
        <i
          key={from}
          title="The trace waited for this"
          className="absolute bottom-1 h-1 bg-ink"
          style={place(from, to)}
        />
      ))}
      {span?.events.map((event, index) => (
        <i
          key={index}
          title={event.name}
          className="absolute inset-y-0.5 w-0.5 bg-ink"
          style={{ left: percent(part(event.time)) }}
        />
      ))}
      <span className={TEXT} style={beside}>
        {seconds(end - time)}
      </span>
    </>
  );
}
