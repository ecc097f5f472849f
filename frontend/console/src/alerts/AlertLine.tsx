import { useState } from "react";
import { end } from "~/shared/alertmanager";
import { config } from "~/shared/config";
import { clock, since } from "~/shared/time/format";
import { Anchor } from "~/shared/ui/Anchor";
import { format } from "~/shared/units";
import { threshold, type Line } from "./rules";
import { SilenceForm } from "./SilenceForm";

interface Props {
  line: Line;
  now: number;
  refresh: () => void;
}

const LOOKS = { firing: "text-(--bad)", pending: "text-sun", silent: "text-faint", well: "text-faint" };

/** An alert: what is wrong, how bad, since when; and opened, why, and what to do. */
export function AlertLine({ line, now, refresh }: Props) {
  const { rule, alert, silence, state } = line;
  const annotations = alert?.annotations ?? {};
  const limit = threshold(rule.query);
  const begun = alert && Date.parse(alert.activeAt) / 1000;
  return (
    <li>
      <details className="px-3 py-2" aria-label={rule.name}>
        <summary className="flex flex-wrap items-baseline gap-x-3">
          <b className={`w-16 font-semibold ${LOOKS[state]}`}>{state}</b>
          <b className="font-semibold">{rule.name}</b>
          <span className="min-w-0 flex-1 basis-60">{annotations.summary}</span>
          {alert && (
            <span className="tabular-nums">
              {format(Number(alert.value))}
              {limit && <span className="text-faint"> {limit}</span>}
            </span>
          )}
          <span className="text-faint">
            {rule.labels.severity}
            {begun !== undefined && `, for ${since(begun, now)}`}
          </span>
        </summary>
        <div className="mt-2 grid gap-2 sm:pl-19">
          {annotations.description && <p>{annotations.description}</p>}
          <p className="flex flex-wrap gap-x-4 gap-y-1">
            <Anchor to={annotations.runbook_url ?? runbook(rule.name)} className="link">
              Runbook
            </Anchor>
            {annotations.dashboard && (
              <Anchor to={annotations.dashboard} className="link">
                Dashboard
              </Anchor>
            )}
            <Anchor
              to={`${config.addresses.prometheus}/graph?${new URLSearchParams({ "g0.expr": rule.query, "g0.tab": "0" })}`}
              className="link"
            >
              Open in Prometheus
            </Anchor>
          </p>
          {alert && (
            <p className="text-faint">
              Since {clock(begun ?? 0)}. The value is now{" "}
              <b className="text-ink">{format(Number(alert.value))}</b>
              {limit && `, the limit ${limit}`}. An alert fires when this has an answer
              {rule.duration > 0 && ` for ${since(0, rule.duration)}`}:
            </p>
          )}
          <pre className="rounded bg-sunken p-2 text-xs whitespace-pre-wrap">{rule.query}</pre>
          {rule.health === "err" && <p role="alert">{rule.lastError}</p>}
          {alert && (
            <ul aria-label="Labels" className="flex flex-wrap gap-1 text-xs">
              {Object.entries(alert.labels).map(([name, value]) => (
                <li key={name} className="rounded bg-sunken px-1.5 py-0.5">
                  {name}={value}
                </li>
              ))}
            </ul>
          )}
          {silence ? (
            <Silenced silence={silence} refresh={refresh} />
          ) : (
            alert && <SilenceForm labels={alert.labels} done={refresh} />
          )}
        </div>
      </details>
    </li>
  );
}

/** The address of a rule's section, as alerts name it. */
const runbook = (name: string) => `/public/docs/runbooks.html#${name.toLowerCase()}`;

function Silenced({ silence, refresh }: { silence: NonNullable<Line["silence"]>; refresh: () => void }) {
  const [error, setError] = useState("");
  const stop = () => end(silence.id).then(refresh, (failure: Error) => setError(failure.message));
  return (
    <p className="flex flex-wrap items-center gap-2">
      Silent until {clock(Date.parse(silence.endsAt) / 1000)}, by {silence.createdBy}: {silence.comment}
      <button type="button" className="control" onClick={() => void stop()}>
        End silence
      </button>
      {error && <span role="alert">{error}</span>}
    </p>
  );
}
