import { Link } from "react-router";
import { named } from "~/shared/logs";
import { clock } from "~/shared/time/format";
import type { Row } from "~/shared/traces";
import { Fields } from "~/shared/ui/Fields";
import { seconds } from "~/shared/units";

/** Everything that is known of a span or a log line. */
export function Detail({
  row: { span, line, alone = 0, time, end = time },
  start,
}: {
  row: Row;
  start: number;
}) {
  if (line) return <Fields fields={named(line)} />;
  if (!span) return null;
  return (
    <>
      <h2 className="font-semibold break-words">
        {span.service}: {span.name}
      </h2>
      {span.failed && <p className="break-words text-(--bad)">{span.message || "It failed."}</p>}
      <p className="mb-2 text-xs text-faint">
        {span.kind || "span"}, from {seconds(time - start)} ({clock(time)}) for {seconds(end - time)}, of
        which {seconds(alone)} without its children.{" "}
        <Link to={logsOf(`span_id=${span.id}`, time, end)} className="link">
          Its log lines
        </Link>
      </p>
      <Fields fields={span.attributes} />
      {span.events.map((event, index) => (
        <section key={index} className="mt-3">
          <h3 className="text-xs font-semibold">
            {event.name} at {seconds(event.time - start)}
          </h3>
          <Fields fields={event.attributes} />
        </section>
      ))}
      {span.links.map(([trace, id]) => (
        <p key={trace + id} className="mt-3 text-xs">
          <Link
            to={`/trace/${encodeURIComponent(trace)}?span=${encodeURIComponent(id)}`}
            className="link break-all"
          >
            Linked: trace {trace}
          </Link>
        </p>
      ))}
      <details className="mt-3">
        <summary className="text-xs font-semibold">Resource, span {span.id}</summary>
        <Fields fields={span.resource} />
      </details>
    </>
  );
}

/** The address of log lines that were written in a time, and a little later. */
export const logsOf = (q: string, from: number, to: number) =>
  `/logs?${new URLSearchParams({ q, from: String(Math.floor(from - 5) * 1000), to: String(Math.ceil(to + 60) * 1000) })}`;
