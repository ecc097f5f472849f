import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { Link, useParams } from "react-router";
import { CopyButton } from "@/shared/ui/CopyButton";
import { useAddress } from "~/shared/address";
import { clock } from "~/shared/time/format";
import { trace, type Row } from "~/shared/traces";
import { counted, seconds } from "~/shared/units";
import { Detail, logsOf } from "./Detail";
import { Minimap } from "./Minimap";
import { holding, opened, type Closed } from "./rows";
import { SheetPage } from "./SheetPage";
import { Waterfall } from "./Waterfall";

/** One trace: its spans and log lines over time; or two, compared. */
export function TracePage() {
  const { id = "" } = useParams();
  return id.includes("...") ? <SheetPage key={id} /> : <One key={id} id={id} />;
}

function One({ id }: { id: string }) {
  const { data, error } = useQuery({ queryKey: ["trace", id], queryFn: ({ signal }) => trace(id, signal) });
  return (
    <div className="mx-auto max-w-[120rem] px-3 py-3">
      <title>{`Trace ${id.slice(0, 8)}`}</title>
      {error && <p role="alert">{error.message}</p>}
      {data && <Shown about={data} />}
    </div>
  );
}

function Shown({ about }: { about: Awaited<ReturnType<typeof trace>> }) {
  const [get, set] = useAddress();
  const { start, duration, errors } = about;
  const end = start + Math.max(duration, 1e-6);
  const [view, setView] = useState({ from: start, to: end });
  const [closed, setClosed] = useState<Closed>(new Set());
  const [withLogs, setWithLogs] = useState(true);
  const [line, setLine] = useState<Row>();
  const text = get("uiFind"); // as Jaeger calls it
  const found = useMemo(() => about.rows.filter(holding(text)), [about, text]);
  const chosen = line ?? about.rows.find(({ span }) => span?.id === get("span"));
  const detailed = chosen ?? about.rows[0];
  const shown = opened(about.rows, closed, withLogs);
  const choose = (row: Row | undefined) => {
    if (!row) return;
    if (!shown.includes(row)) setClosed(new Set());
    setLine(row.line && row);
    set({ span: row.span?.id ?? "" }, true);
  };
  const next = () => {
    const at = chosen ? about.rows.indexOf(chosen) : -1;
    choose(found.find((row) => about.rows.indexOf(row) > at) ?? found[0]);
  };
  const button = (name: string, isThere: unknown, press: () => void) => (
    <button type="button" className="control disabled:opacity-50" disabled={!isThere} onClick={press}>
      {name}
    </button>
  );
  return (
    <>
      <div className="mb-2 flex flex-wrap items-center gap-x-3 gap-y-1">
        <h1 className="font-display text-xl font-medium break-words">{about.root}</h1>
        <b>{seconds(duration)}</b>
        <span className="text-faint">
          {clock(start)}, {counted(about.spans, "span")}, {errors} failed, trace {about.trace.slice(0, 8)}…
        </span>
        <CopyButton text={about.trace} what="trace id" />
        <Link to={logsOf(`trace_id=${about.trace}`, start, end)} className="link">
          Logs
        </Link>
        <Link to={`/trace/${about.trace}...`} className="link">
          Compare
        </Link>
      </div>
      <div className="mb-2 flex flex-wrap items-center gap-1">
        <input
          type="search"
          aria-label="Find in trace"
          placeholder="Find in trace"
          value={text}
          className="min-h-8 w-44 rounded border border-line bg-pane px-2"
          onChange={(event) => set({ uiFind: event.target.value }, true)}
          onKeyDown={(event) => event.key === "Enter" && next()}
        />
        {button(text ? `Next of ${found.length}` : "Next", found.length, next)}
        {button("First error", errors, () => choose(about.rows.find(({ span }) => span?.failed)))}
        {button(closed.size ? "Open all" : "Close all", true, () =>
          setClosed(new Set(closed.size ? [] : about.rows.filter(({ below, depth }) => below && depth))),
        )}
        <label className="control">
          <input type="checkbox" checked={withLogs} onChange={() => setWithLogs(!withLogs)} />
          {counted(about.lines, "log line")}
        </label>
      </div>
      <Minimap
        rows={about.rows}
        {...{ start, from: start, to: end }}
        zoom={(from, to) => setView({ from, to })}
        back={() => setView({ from: start, to: end })}
      />
      <div className="grid gap-2 lg:grid-cols-[minmax(0,1fr)_26rem]">
        <Waterfall
          rows={shown}
          found={new Set(found)}
          {...{ ...view, start, closed, setClosed, chosen, choose }}
        />
        <aside aria-label="Details" className="pane max-h-[72dvh] overflow-y-auto p-2">
          {detailed && <Detail row={detailed} start={start} />}
        </aside>
      </div>
    </>
  );
}
