import { useEffect, useState } from "react";
import { IconButton } from "../ui/Icon";
import { Popup } from "../ui/Popup";
import { Select } from "../ui/Select";
import { clock, readClock } from "./format";
import { absolute, isLive, named, QUICK, resolve, shifted, widened, type Range } from "./range";
import { REFRESH, tick, useNow, useRange, useRefresh } from "./state";

/** Which time is shown, and how often it is asked for again; `onlyRefresh` where all is of now. */
export function TimeControls({ onlyRefresh = false }: { onlyRefresh?: boolean }) {
  const { range, setRange } = useRange();
  const [refresh, setRefresh] = useRefresh();
  const now = () => useNow.getState().now;
  useEffect(() => {
    const seconds = REFRESH[refresh];
    if (!seconds || !(onlyRefresh || isLive(range))) return;
    const timer = setInterval(() => !document.hidden && tick(), seconds * 1000);
    return () => clearInterval(timer);
  }, [refresh, range, onlyRefresh]);
  return (
    <div className="ml-auto flex flex-wrap items-center gap-1" role="group" aria-label="Time">
      {!onlyRefresh && (
        <>
          <IconButton name="Earlier" of="left" press={() => setRange(shifted(range, -1, now()))} />
          <Popup name={`Time range: ${words(range)}`} label={words(range)} align="right">
            {(close) => <Picker range={range} pick={(next) => (setRange(next), close())} />}
          </Popup>
          <IconButton name="Later" of="right" press={() => setRange(shifted(range, 1, now()))} />
          <IconButton name="Zoom out" of="out" press={() => setRange(widened(range, now()))} />
        </>
      )}
      <IconButton name="Refresh" of="refresh" press={tick} />
      <Select label="Refresh every" value={refresh} options={Object.keys(REFRESH)} change={setRefresh} />
    </div>
  );
}

const words = (range: Range) => {
  const { from, to } = resolve(range, useNow.getState().now);
  return named(range) ?? `${clock(from)} to ${clock(to)}`;
};

function Picker({ range, pick }: { range: Range; pick: (range: Range) => void }) {
  const shown = resolve(range, useNow.getState().now);
  const [from, setFrom] = useState(clock(shown.from));
  const [to, setTo] = useState(clock(shown.to));
  const [begin, end] = [readClock(from), readClock(to)];
  const isRight = begin !== undefined && end !== undefined && begin < end;
  const field = (label: string, text: string, set: (text: string) => void) => (
    <label className="mb-2 block text-xs text-faint">
      {label}
      <input
        value={text}
        onChange={(event) => set(event.target.value)}
        aria-invalid={readClock(text) === undefined}
        className="mt-0.5 block w-44 rounded border border-edge bg-pane px-2 py-1 text-sm text-ink tabular-nums aria-invalid:border-clay"
      />
    </label>
  );
  return (
    <div className="flex gap-2 p-1 max-sm:flex-col">
      <form
        className="p-1"
        onSubmit={(event) => {
          event.preventDefault();
          if (isRight) pick(absolute(begin, end));
        }}
      >
        {field("From", from, setFrom)}
        {field("To", to, setTo)}
        <button type="submit" disabled={!isRight} className="control disabled:opacity-50">
          Show this time
        </button>
      </form>
      <ul className="max-h-72 overflow-y-auto sm:border-l sm:border-line sm:pl-1">
        {QUICK.map((length) => {
          const quick = { from: `now-${length}`, to: "now" };
          return (
            <li key={length}>
              <button
                type="button"
                aria-current={quick.from === range.from || undefined}
                className="entry whitespace-nowrap aria-[current]:font-semibold aria-[current]:text-leaf"
                onClick={() => pick(quick)}
              >
                {named(quick)}
              </button>
            </li>
          );
        })}
      </ul>
    </div>
  );
}
