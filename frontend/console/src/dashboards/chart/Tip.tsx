import { clock } from "~/shared/time/format";
import { format } from "~/shared/units";
import type { Panel } from "../model";
import type { Paint } from "../paint";
import type { Pointed } from "./Chart";
import type { Model } from "./model";

interface Props {
  at: Pointed;
  model: Model;
  panel: Panel;
  paints: Paint[];
  hidden: ReadonlySet<string>;
}

const MOST = 12;

/** The values at the mouse, the greatest first, and what happened then. */
export function Tip({ at, model, panel, paints, hidden }: Props) {
  const { unit, decimals } = panel.fieldConfig.defaults;
  const time = model.times[at.index];
  if (time === undefined) return null;
  const rows = model.series
    .map(({ name, values }, index) => ({
      name,
      value: values[at.index] ?? null,
      colour: paints[index]?.colour,
    }))
    .filter(({ name, value }) => value !== null && !hidden.has(name))
    .sort((a, b) => (b.value ?? 0) - (a.value ?? 0));
  const marks = model.marks.filter(({ from, to }) => from <= time && time <= to);
  const right = at.left > at.width / 2;
  return (
    <div
      role="tooltip"
      className="pointer-events-none absolute z-10 max-w-96 rounded border border-line bg-pane/95 px-2 py-1 text-xs whitespace-nowrap shadow"
      style={{ top: at.top + 12, ...(right ? { right: at.width - at.left + 12 } : { left: at.left + 12 }) }}
    >
      <div className="font-semibold">{clock(time)}</div>
      {[...new Set(marks.map(({ name }) => name))].map((name) => (
        <div key={name} className="text-(--bad)">
          {name}
        </div>
      ))}
      {at.dot && (
        <div>
          ● {format(at.dot.value, unit, decimals)}: trace {at.dot.trace.slice(0, 8)}…, click to open
        </div>
      )}
      {rows.slice(0, MOST).map(({ name, value, colour }) => (
        <div key={name} className="flex gap-2">
          <Swatch colour={colour} />
          <span className="min-w-0 truncate">{name}</span>
          <b className="ml-auto font-semibold tabular-nums">{format(value, unit, decimals)}</b>
        </div>
      ))}
      {rows.length > MOST && <div className="text-faint">and {rows.length - MOST} more</div>}
    </div>
  );
}

export function Swatch({ colour }: { colour?: string }) {
  return (
    <i aria-hidden="true" className="h-1 w-3 shrink-0 self-center rounded" style={{ background: colour }} />
  );
}
