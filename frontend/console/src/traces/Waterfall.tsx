import { useEffect, useId, useRef, useState, type KeyboardEvent } from "react";
import { said } from "~/shared/logs";
import type { Row } from "~/shared/traces";
import { Axis } from "~/shared/ui/TimeStrip";
import { seconds } from "~/shared/units";
import { Bar } from "./Bar";
import type { Closed } from "./rows";

interface Props {
  rows: Row[];
  /** The part of the trace that is shown; the axis counts from `start`. */
  from: number;
  to: number;
  start: number;
  closed: Closed;
  setClosed: (closed: Closed) => void;
  chosen?: Row;
  choose: (row: Row) => void;
  found: ReadonlySet<Row>;
}

const HEIGHT = 26; // pixels of a row
const MORE = 12; // rows above and below what is seen

/**
 * Rows of spans and log lines on one axis of time. Only those in sight are in the page, so the focus stays at the
 * whole: the arrows choose a row, and close and open what is below it.
 */
export function Waterfall({ rows, from, to, start, closed, setClosed, chosen, choose, found }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const id = useId();
  const [top, setTop] = useState(0);
  const at = chosen ? rows.indexOf(chosen) : -1;
  useEffect(() => {
    const { scrollTop = 0, clientHeight = 0 } = box.current ?? {};
    const place = at * HEIGHT;
    if (at >= 0 && (place < scrollTop || place > scrollTop + clientHeight - 2 * HEIGHT))
      box.current?.scrollTo({ top: place - clientHeight / 2 });
  }, [at]);
  const first = Math.max(0, Math.floor(top / HEIGHT) - MORE);
  const seen = rows.slice(first, first + Math.ceil(innerHeight / HEIGHT) + 2 * MORE);
  const part = (time: number) => (time - from) / (to - from);
  const toggle = (row: Row) => {
    const next = new Set(closed);
    if (!next.delete(row)) next.add(row);
    setClosed(next);
    box.current?.focus({ preventScroll: true }); // its button may scroll out of the page
  };
  const press = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const places: Record<string, number> = {
      ArrowDown: at + 1,
      ArrowUp: Math.max(0, at - 1),
      Home: 0,
      End: rows.length - 1,
    };
    const row = rows[places[event.key] ?? -1];
    const turns = event.key === (chosen && closed.has(chosen) ? "ArrowRight" : "ArrowLeft");
    if (row) choose(row);
    else if (turns && chosen?.below) toggle(chosen);
    if (event.key in places || event.key.startsWith("Arrow")) event.preventDefault();
  };
  return (
    <div
      ref={box}
      role="treegrid"
      aria-label="Waterfall"
      aria-rowcount={rows.length}
      aria-activedescendant={chosen && seen.includes(chosen) ? `${id}-${at}` : undefined}
      tabIndex={0}
      onKeyDown={press}
      className="pane max-h-[72dvh] overflow-x-hidden overflow-y-auto overscroll-contain"
      onScroll={(event) => setTop(event.currentTarget.scrollTop)}
    >
      <div className="sticky top-0 z-10 border-b border-line bg-pane pl-[40%]">
        <Axis from={from - start} to={to - start} tick={seconds} />
      </div>
      <div className="relative" style={{ height: rows.length * HEIGHT }}>
        {seen.map((row, index) => (
          <div
            key={first + index}
            id={`${id}-${first + index}`}
            role="row"
            aria-level={row.depth + 1}
            aria-rowindex={first + index + 1}
            aria-selected={row === chosen}
            aria-expanded={row.below ? !closed.has(row) : undefined}
            className={`absolute flex w-full cursor-pointer hover:bg-sunken aria-selected:bg-leaf-soft ${found.has(row) ? "bg-sun-soft" : ""}`}
            style={{ top: (first + index) * HEIGHT, height: HEIGHT }}
            onClick={() => choose(row)}
          >
            <Name row={row} isClosed={closed.has(row)} toggle={() => toggle(row)} />
            <div role="gridcell" className="relative min-w-0 flex-1 overflow-hidden border-l border-line">
              <Bar row={row} part={part} />
            </div>
          </div>
        ))}
      </div>
    </div>
  );
}

function Name({ row, isClosed, toggle }: { row: Row; isClosed: boolean; toggle: () => void }) {
  const { span, line, depth, below } = row;
  return (
    <div
      role="gridcell"
      className="flex w-[40%] items-center text-xs"
      style={{ paddingLeft: Math.min(depth, 24) * 10 }}
    >
      <button
        type="button"
        tabIndex={-1}
        aria-label={isClosed ? "Open" : "Close"}
        className={`w-5 shrink-0 text-faint ${below ? "" : "invisible"}`}
        onClick={(event) => {
          event.stopPropagation();
          toggle();
        }}
      >
        {isClosed ? "▸" : "▾"}
      </button>
      <span className="min-w-0 truncate" title={span?.name ?? (line && said(line))}>
        {span?.failed && <b className="mr-1 text-(--bad)">!</b>}
        <b className="mr-1 border-l-4 pl-1 font-semibold" style={{ borderColor: span?.colour ?? line?.tint }}>
          {span?.service ?? line?.service}
        </b>
        <span className="text-faint">{span?.name ?? line?.level}</span>
      </span>
    </div>
  );
}
