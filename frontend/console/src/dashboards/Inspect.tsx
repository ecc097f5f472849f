import { useQuery } from "@tanstack/react-query";
import { CopyButton } from "@/shared/ui/CopyButton";
import { Dialog } from "@/shared/ui/Dialog";
import { rangeQuery, raw } from "~/shared/prometheus";
import { useWindow } from "~/shared/time/state";
import type { Panel, Target } from "./model";
import { put, type Values } from "./variables";

const MOST = 20_000; // characters of an answer

interface Props {
  panel: Panel;
  title: string;
  values: Values;
  close: () => void;
}

/** What a panel asks Prometheus, and what Prometheus answers. */
export function Inspect({ panel, title, values, close }: Props) {
  return (
    <Dialog title={title} close={close}>
      <p className="mb-3 font-normal text-faint">{panel.description}</p>
      {panel.targets?.map((target) => (
        <One key={target.refId} target={target} query={put(target.expr, values)} />
      ))}
    </Dialog>
  );
}

function One({ target, query }: { target: Target; query: string }) {
  const window = useWindow();
  const { data, error } = useQuery({
    queryKey: ["raw", query, target.instant, window],
    queryFn: ({ signal }) =>
      target.instant
        ? raw("query", { query, time: String(window.to) }, signal)
        : raw("query_range", rangeQuery(query, window), signal),
    placeholderData: (before) => before,
  });
  const answer = data && JSON.stringify(data, undefined, 1);
  return (
    <section aria-label={`Query ${target.refId}`} className="mb-5 font-normal text-ink">
      <h3 className="mb-1 flex items-center gap-2 font-semibold">
        Query {target.refId}: {target.legendFormat} <CopyButton text={query} what="query" />
      </h3>
      <pre className="rounded bg-sunken p-2 text-xs whitespace-pre-wrap">{query}</pre>
      <details className="mt-1">
        <summary>Answer</summary>
        <pre tabIndex={0} className="mt-1 max-h-72 overflow-auto rounded bg-sunken p-2 text-xs">
          {error?.message ?? answer?.slice(0, MOST) ?? "asking"}
          {(answer?.length ?? 0) > MOST && `\n… and ${(answer?.length ?? 0) - MOST} more characters`}
        </pre>
      </details>
    </section>
  );
}
