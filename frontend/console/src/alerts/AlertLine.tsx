import { end, type Line } from "~/shared/alerts";
import { config } from "~/shared/config";
import { clock, since } from "~/shared/time/format";
import { Anchor } from "~/shared/ui/Anchor";
import { format } from "~/shared/units";
import { SilenceForm } from "./SilenceForm";
import { useOnce } from "./useOnce";

interface Props {
  line: Line;
  now: number;
  refresh: () => Promise<unknown>;
}

const LOOKS = { firing: "text-(--bad)", pending: "text-sun", silent: "text-faint", well: "text-faint" };

/** An alert: what is wrong, how bad, since when; and opened, why, and what to do. */
export function AlertLine({ line, now, refresh }: Props) {
  const { name, query, state, limit, annotations, silence } = line;
  const begun = line.since && Date.parse(line.since) / 1000;
  const value = format(Number(line.value));
  const links = {
    Runbook: annotations.runbook_url ?? `/public/docs/runbooks.html#${name.toLowerCase()}`,
    Dashboard: annotations.dashboard,
    "Open in Prometheus": `${config.addresses.prometheus}/graph?${new URLSearchParams({ "g0.expr": query, "g0.tab": "0" })}`,
  };
  return (
    <li>
      <details className="px-3 py-2" aria-label={name}>
        <summary className="flex flex-wrap items-baseline gap-x-3">
          <b className={`w-16 font-semibold ${LOOKS[state]}`}>{state}</b>
          <b className="font-semibold">{name}</b>
          <span className="min-w-0 flex-1 basis-60">{begun && annotations.summary}</span>
          {begun && (
            <span className="tabular-nums">
              {value} <span className="text-faint">{limit}</span>
            </span>
          )}
          <span className="text-faint">
            {line.severity}
            {begun && `, for ${since(begun, now)}`}
          </span>
        </summary>
        <div className="mt-2 grid gap-2 sm:pl-19">
          {begun && annotations.description && <p>{annotations.description}</p>}
          <p className="flex flex-wrap gap-x-4 gap-y-1">
            {Object.entries(links).map(
              ([title, to]) =>
                to && (
                  <Anchor key={title} to={to} className="link">
                    {title}
                  </Anchor>
                ),
            )}
          </p>
          {begun && (
            <p className="text-faint">
              Since {clock(begun)}. The value is now <b className="text-ink">{value}</b>
              {limit && `, the limit ${limit}`}. An alert fires when this has an answer
              {line.duration > 0 && ` for ${since(0, line.duration)}`}:
            </p>
          )}
          <pre className="rounded bg-sunken p-2 text-xs whitespace-pre-wrap">{query}</pre>
          {line.error && <p role="alert">{line.error}</p>}
          {begun && (
            <ul aria-label="Labels" className="flex flex-wrap gap-1 text-xs">
              {Object.entries(line.labels).map(([label, text]) => (
                <li key={label} className="rounded bg-sunken px-1.5 py-0.5">
                  {label}={text}
                </li>
              ))}
            </ul>
          )}
          {silence && <Silenced silence={silence} refresh={refresh} />}
          {begun && !silence && <SilenceForm labels={line.labels} done={refresh} />}
        </div>
      </details>
    </li>
  );
}

function Silenced({ silence, refresh }: { silence: NonNullable<Line["silence"]> } & Pick<Props, "refresh">) {
  const { start, isBusy, error } = useOnce(end, refresh);
  return (
    <p className="flex flex-wrap items-center gap-2">
      Silent until {clock(Date.parse(silence.endsAt) / 1000)}, by {silence.createdBy}: {silence.comment}
      <button type="button" className="control" aria-disabled={isBusy} onClick={() => start(silence.id)}>
        End silence
      </button>
      {error && <span role="alert">{error}</span>}
    </p>
  );
}
