import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import { useAddress } from "~/shared/address";
import { clock } from "~/shared/time/format";
import { useKept, useStrip } from "~/shared/time/state";
import { search, type Summary } from "~/shared/traces";
import { Page } from "~/shared/ui/Page";
import { Select } from "~/shared/ui/Select";
import { counted, seconds } from "~/shared/units";
import { Scatter } from "./Scatter";
import { SearchForm } from "./SearchForm";

const ORDERS: Record<string, (one: Summary) => number> = {
  "newest first": ({ start }) => start,
  "longest first": ({ duration }) => duration,
  "shortest first": ({ duration }) => -duration,
  "most spans first": ({ spans }) => spans,
  "most errors first": ({ errors }) => errors,
};
const ASKED = ["service", "operation", "tags", "minDuration", "maxDuration", "limit"]; // Jaeger's names
const LIMIT = "20";
/** What the form knows where there is no answer: it stays, so that the question can be another one. */
const NOTHING = { services: [], operations: [], attributes: [], failed: false };

/** Traces of a time that have what was asked for, as dots and as a list. */
export function SearchPage() {
  const [get, set] = useAddress();
  const strip = useStrip();
  const { from, to } = strip;
  const asked = Object.fromEntries(ASKED.map((name) => [name, get(name)]));
  const limit = get("limit") || LIMIT;
  const { data, error, isFetching } = useQuery({
    queryKey: ["traces", asked, from, to],
    queryFn: async ({ signal }) => ({
      asked,
      ...(await search(new URLSearchParams({ ...asked, limit, from: String(from), to: String(to) }), signal)),
    }),
    placeholderData: keepPreviousData,
  });
  const order = get("sort") in ORDERS ? get("sort") : "newest first";
  const by = ORDERS[order] as (one: Summary) => number;
  const traces = (data?.traces ?? []).toSorted((a, b) => by(b) - by(a));
  const services = (
    <Link to={`/dependencies${useKept()}`} className="link">
      Services and operations
    </Link>
  );
  return (
    <Page title="Traces" error={error} busy={isFetching} head={services}>
      <SearchForm known={data ?? { ...NOTHING, tags: get("tags"), asked }} {...{ limit, set }} />
      {traces.length > 0 && <Scatter traces={traces} {...strip} />}
      <div className="my-2 flex items-center justify-between gap-2">
        <h2 className="font-semibold" role="status">
          {data && counted(traces.length, "trace")}
          {traces.length === Number(limit) && ", the newest: there may be more"}
          {data && !traces.length && ". Spans arrive some seconds after what they tell of."}
        </h2>
        <Select label="Order" value={order} options={Object.keys(ORDERS)} change={(sort) => set({ sort })} />
      </div>
      <ol className="pane divide-y divide-line empty:hidden">
        {traces.map((one) => (
          <Line key={one.trace} one={one} longest={Math.max(...traces.map(({ duration }) => duration))} />
        ))}
      </ol>
    </Page>
  );
}

function Line({ one, longest }: { one: Summary; longest: number }) {
  return (
    <li>
      <Link
        to={`/trace/${one.trace}`}
        className="grid gap-x-3 px-3 py-1.5 hover:bg-sunken sm:grid-cols-[5rem_minmax(0,1fr)_8rem]"
      >
        <time className="text-faint tabular-nums">{clock(one.start, "time")}</time>
        <span className="min-w-0">
          <b className="font-semibold break-words">{one.root}</b>
          {one.errors > 0 && <b className="ml-2 text-(--bad)">{one.errors} failed</b>}
          <span className="flex flex-wrap gap-x-3 text-xs text-faint">
            {counted(one.spans, "span")}
            {one.services.map(([name, spans, colour]) => (
              <span key={name} className="border-l-4 pl-1" style={{ borderColor: colour }}>
                {name} {spans}
              </span>
            ))}
          </span>
        </span>
        <span className="tabular-nums">
          {seconds(one.duration)}
          <i
            className="mt-1 block h-1 rounded bg-leaf"
            style={{ width: `${(one.duration / longest) * 100}%` }}
          />
        </span>
      </Link>
    </li>
  );
}
