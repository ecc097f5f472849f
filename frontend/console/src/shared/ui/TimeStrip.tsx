import { useState, type PointerEvent, type ReactNode } from "react";

/** What of time is shown, and how that changes. */
export interface Strip {
  from: number;
  to: number;
  zoom: (from: number, to: number) => void;
  back: () => void;
}

interface Props extends Strip {
  name: string;
  tick: (time: number) => string;
  height: string;
  /** Of an SVG, placed by percentages. */
  children: ReactNode;
}

export const percent = (part: number) => `${Math.min(1, Math.max(0, part)) * 100}%`;

const TICKS = [0, 0.25, 0.5, 0.75, 1];
const CLICK = 0.005; // of the width: less is no drag

/** A drawing over time with its axis. To drag over it chooses a part, a double click goes back. */
export function TimeStrip({ name, from, to, tick, zoom, back, height, children }: Props) {
  const [drag, setDrag] = useState<{ from: number; to: number }>();
  const [low, high] = drag ? [Math.min(drag.from, drag.to), Math.max(drag.from, drag.to)] : [0, 0];
  const at = ({ currentTarget, clientX }: PointerEvent) => {
    const { left, width } = currentTarget.getBoundingClientRect();
    return Math.min(1, Math.max(0, (clientX - left) / width));
  };
  const time = (part: number) => from + part * (to - from);
  return (
    <div role="group" aria-label={name}>
      <div
        title="Drag for a part of the time, double-click to go back"
        className={`relative touch-pan-y border-b border-line select-none ${height}`}
        onPointerDown={(event) => event.button === 0 && setDrag({ from: at(event), to: at(event) })}
        onPointerMove={(event) => {
          if (!drag) return;
          if (high - low > CLICK) event.currentTarget.setPointerCapture(event.pointerId);
          setDrag({ ...drag, to: at(event) });
        }}
        onPointerUp={() => {
          if (high - low > CLICK) zoom(time(low), time(high));
          setDrag(undefined);
        }}
        onPointerLeave={() => setDrag(undefined)}
        onDragStart={(event) => event.preventDefault()}
        onDoubleClick={back}
      >
        <svg className="absolute inset-0 size-full">{children}</svg>
        <div
          className="pointer-events-none absolute inset-y-0 bg-leaf/25"
          style={{ left: percent(low), width: percent(high - low) }}
        />
      </div>
      <Axis from={from} to={to} tick={tick} />
    </div>
  );
}

/** Five moments, below what they belong to. */
export function Axis({ from, to, tick }: Pick<Props, "from" | "to" | "tick">) {
  return (
    <ol aria-hidden="true" className="relative h-4 text-[0.7rem] text-faint tabular-nums">
      {TICKS.map((part) => (
        <li
          key={part}
          className="absolute whitespace-nowrap max-sm:nth-[even]:hidden"
          style={{ left: percent(part), transform: `translateX(-${percent(part)})` }}
        >
          {tick(from + part * (to - from))}
        </li>
      ))}
    </ol>
  );
}
