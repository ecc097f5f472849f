import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useAddress } from "~/shared/address";
import { logs } from "~/shared/logs";
import { clock } from "~/shared/time/format";
import { useStrip } from "~/shared/time/state";
import { Page } from "~/shared/ui/Page";
import { Select } from "~/shared/ui/Select";
import { percent, TimeStrip } from "~/shared/ui/TimeStrip";
import { counted } from "~/shared/units";
import { keysOf } from "./keys";
import { LogLine } from "./LogLine";

const LEVELS = ["debug", "info", "warning", "error", "critical"];
const TAIL = { from: "now-1m", to: "now", refresh: "1s" };
const MOST = "1000"; // lines; at first there are 200

/** The log lines of every program, the newest first, and how many there are over time. */
export function LogsPage() {
  const [get, set] = useAddress();
  const { from, to, ...strip } = useStrip();
  const asked = Object.fromEntries(["q", "service", "level", "count"].map((name) => [name, get(name)]));
  const { data, error, isFetching } = useQuery({
    queryKey: ["logs", asked, from, to],
    queryFn: ({ signal }) => logs({ ...asked, from: String(from), to: String(to) }, signal),
    placeholderData: keepPreviousData,
  });
  const isTail = Object.entries(TAIL).every(([name, value]) => get(name) === value);
  const keys = keysOf(data?.lines ?? []);
  const most = Math.max(...(data?.bars ?? []).map((bar) => bar.from + bar.lines));
  const select = (label: string, name: string, all: string, options: string[]) => (
    <Select {...{ label, all, options }} value={get(name)} change={(value) => set({ [name]: value })} />
  );
  return (
    <Page title="Logs" error={error} busy={isFetching}>
      <form
        className="mb-2 flex flex-wrap gap-2"
        onSubmit={(event) => {
          event.preventDefault();
          set({ q: String(new FormData(event.currentTarget).get("q")).trim() });
        }}
      >
        <input
          key={get("q")}
          type="search"
          name="q"
          aria-label="Search logs"
          defaultValue={get("q")}
          placeholder={'words, field=value, "some words"'}
          className="min-h-8 min-w-60 flex-1 rounded border border-line bg-pane px-2"
        />
        {select("Service", "service", "all programs", data?.services ?? [])}
        {select("Level, or worse", "level", "all levels", LEVELS)}
        <button
          type="button"
          className="control"
          aria-pressed={isTail}
          onClick={() => set(isTail ? { from: "", to: "", refresh: "" } : TAIL)}
        >
          Live tail
        </button>
      </form>
      {data && (
        <>
          <TimeStrip
            name="Lines over time"
            {...data}
            {...strip}
            tick={(time) => clock(time, "time")}
            height="h-20"
          >
            {data.bars.map(({ time, level, from: below, lines, tint }) => (
              <rect
                key={`${level} ${time}`}
                x={`${((time - data.from) / (data.to - data.from)) * 100}%`}
                width={percent((data.step / (data.to - data.from)) * 0.95)}
                y={percent(1 - (below + lines) / most)}
                height={percent(lines / most)}
                fill={tint}
              >
                <title>{`${clock(time)}: ${lines} ${level}`}</title>
              </rect>
            ))}
          </TimeStrip>
          <p role="status" className="my-1 text-faint">
            {counted(data.total, "line")}
            {data.total > data.lines.length && `, the newest ${data.lines.length} below`}.{" "}
            {data.reached > data.from && (
              <b className="text-(--bad)">
                Read back to {clock(data.reached)}: before, there is too much. Choose less time or a service.
              </b>
            )}{" "}
            {!["q", "service", "level"].some(get) &&
              "Checks of health and what this console does are left out; choose or search for something to see them."}{" "}
            {data.total > data.lines.length && data.lines.length < Number(MOST) && (
              <button type="button" className="link" onClick={() => set({ count: MOST })}>
                Show {MOST}
              </button>
            )}
          </p>
          <ol className="pane divide-y divide-line font-mono text-xs empty:hidden">
            {data.lines.map((line, index) => (
              <LogLine
                key={keys[index]}
                line={line}
                narrow={(name, value) => set({ q: `${get("q")} ${name}="${value}"`.trim() })}
              />
            ))}
          </ol>
        </>
      )}
    </Page>
  );
}
