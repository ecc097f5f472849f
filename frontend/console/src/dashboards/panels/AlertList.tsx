import { useQuery } from "@tanstack/react-query";
import { alerts } from "~/shared/alerts";
import { since as ago } from "~/shared/time/format";
import { useNow } from "~/shared/time/state";
import { Anchor } from "~/shared/ui/Anchor";
import type { Panel } from "../model";
import { put, type Values } from "../variables";

/** Which alerts of this dashboard fire, or are about to. */
export function AlertList({ panel, values }: { panel: Panel; values: Values }) {
  const now = useNow((state) => state.now);
  const filter = put(panel.options?.alertInstanceLabelFilter ?? "", values);
  const { data, error } = useQuery({
    queryKey: ["alerts", filter, now],
    queryFn: ({ signal }) => alerts(signal, { filter }),
    placeholderData: (before) => before,
  });
  if (error) return <p className="m-auto text-xs text-(--bad)">{error.message}</p>;
  if (!data?.length)
    return (
      <p data-empty className="m-auto text-faint">
        {data && panel.fieldConfig.defaults.noValue}
      </p>
    );
  return (
    <ul className="min-h-0 flex-1 overflow-y-auto">
      {data.slice(0, panel.options?.maxItems).map(({ name, labels, annotations, state, severity, since }) => (
        <li
          key={JSON.stringify(labels)}
          className="flex flex-wrap items-baseline gap-x-2 border-b border-line py-1"
        >
          <b className={`w-16 ${state === "firing" ? "text-(--bad)" : "text-faint"}`}>{state}</b>
          <Anchor to={annotations.runbook_url} className="link">
            {name}
          </Anchor>
          <span>{annotations.summary}</span>
          <small className="text-faint">
            {severity}, for {ago(Date.parse(since ?? "") / 1000, now)}
          </small>
          <Anchor to={annotations.dashboard} className="link ml-auto">
            dashboard
          </Anchor>
        </li>
      ))}
    </ul>
  );
}
