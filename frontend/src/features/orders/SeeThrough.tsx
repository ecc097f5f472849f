import type { ReactNode } from "react";
import type { OrderTimeline } from "@/shared/api/types";
import { useTools, useTraceUrl } from "@/shared/config";
import { plural } from "@/shared/plural";
import { CopyButton } from "@/shared/ui/CopyButton";

/** Where the order can be looked at from inside: its trace, its log lines, its events. */
export function SeeThrough({ history }: { history: OrderTimeline }) {
  const { grafanaUrl, jaegerUrl } = useTools();
  const traceUrl = useTraceUrl(history.traceId);
  const isOperator = Boolean(jaegerUrl ?? grafanaUrl);
  return (
    <section aria-labelledby="see-through" className="pane p-5 sm:p-6">
      <h2 id="see-through" className="heading">
        See through it
      </h2>
      <p className="mt-1 text-faint">
        {isOperator
          ? "Everything that this order caused, in every service."
          : "These ids name your order in our traces and logs. Send them along when you ask us about it."}
      </p>
      <div className="mt-5 grid gap-5">
        <Way
          title="Trace"
          link={
            traceUrl && (
              <Out to={traceUrl} strong>
                Open the trace
              </Out>
            )
          }
        >
          {history.traceId ? (
            <Copyable text={history.traceId} what="trace id" />
          ) : (
            <p className="text-faint">This order was placed without one.</p>
          )}
          {isOperator && <Copyable text={`./shop trace ${history.orderId}`} what="command for the trace" />}
        </Way>
        <Way title={isOperator ? "Log lines" : "Request"}>
          {isOperator ? (
            <Copyable text={`./shop logs --request ${history.requestId}`} what="command for log lines" />
          ) : (
            <Copyable text={history.requestId} what="request id" />
          )}
        </Way>
        <Way title="Order">
          <Copyable text={history.orderId} what="order id" />
        </Way>
        {grafanaUrl && (
          <Way title="Dashboards">
            <ul className="flex flex-wrap gap-x-5 gap-y-1">
              {dashboards.map(([uid, name]) => (
                <li key={uid}>
                  <Out to={`${grafanaUrl.replace(/\/$/, "")}/d/${uid}`}>{name}</Out>
                </li>
              ))}
            </ul>
          </Way>
        )}
        <Way title="Events">
          <Events history={history} />
        </Way>
      </div>
    </section>
  );
}

const dashboards = [
  ["glasshouse-checkout", "Checkout journey"],
  ["glasshouse-messaging", "Messaging"],
  ["glasshouse-overview", "Overview"],
] as const;

function Way({ title, link, children }: { title: string; link?: ReactNode; children: ReactNode }) {
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-x-4 gap-y-1 sm:grid-cols-[6.5rem_minmax(0,1fr)]">
      <h3 className="font-semibold">{title}</h3>
      <div className="grid min-w-0 grid-cols-[minmax(0,1fr)] justify-items-start gap-2">
        {link}
        {children}
      </div>
    </div>
  );
}

function Copyable({ text, what }: { text: string; what: string }) {
  return (
    <p className="flex max-w-full min-w-0 flex-wrap items-start gap-x-2 gap-y-1 text-sm">
      <code className="min-w-0 break-all">{text}</code>
      <CopyButton text={text} what={what} />
    </p>
  );
}

function Out({ to, strong = false, children }: { to: string; strong?: boolean; children: string }) {
  const look = strong
    ? "inline-flex min-h-11 items-center rounded-pane bg-leaf px-5 py-2 font-semibold text-on-leaf hover:bg-leaf-deep"
    : "link";
  return (
    <a href={to} className={look} target="_blank" rel="noreferrer">
      {children}
    </a>
  );
}

/** The log of the order as it is stored. */
function Events({ history: { steps } }: { history: OrderTimeline }) {
  return (
    <details className="w-full min-w-0 text-sm">
      <summary className="min-h-6 text-leaf underline underline-offset-4">
        {plural(steps.length, "event")} in the order&apos;s log
      </summary>
      <div className="mt-2 overflow-x-auto" tabIndex={0} role="region" aria-label="Events">
        <table className="w-full text-left">
          <thead className="text-faint">
            <tr>
              {["Seq", "Event", "Status", "At (UTC)", "Reason"].map((name) => (
                <th key={name} scope="col" className="py-1 pr-4 font-normal">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody className="font-mono text-xs">
            {steps.map(({ seq, event, status, at, reasonCode, reason }) => (
              <tr key={seq} className="border-t border-line">
                {[seq, event, status, at, reasonCode ?? reason ?? "-"].map((value, index) => (
                  <td key={index} className="py-1.5 pr-4 whitespace-nowrap">
                    {value}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}
