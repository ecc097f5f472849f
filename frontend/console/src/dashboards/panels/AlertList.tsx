import { useQuery } from "@tanstack/react-query";
import { alerts, type Labels } from "~/shared/prometheus";
import { since } from "~/shared/time/format";
import { useNow } from "~/shared/time/state";
import { Anchor } from "~/shared/ui/Anchor";
import type { Panel } from "../model";
import { put, type Values } from "../variables";

/** Which alerts of this dashboard fire, or are about to. */
export function AlertList({ panel, values }: { panel: Panel; values: Values }) {
  const now = useNow((state) => state.now);
  const { data, error } = useQuery({
    queryKey: ["alerts", now],
    queryFn: ({ signal }) => alerts(signal),
    placeholderData: (before) => before,
  });
  if (error) return <p className="m-auto text-xs text-(--bad)">{error.message}</p>;
  const isOurs = matching(put(panel.options?.alertInstanceLabelFilter ?? "", values));
  const shown = (data ?? [])
    .filter(({ labels }) => isOurs(labels))
    .sort((a, b) => a.state.localeCompare(b.state) || a.activeAt.localeCompare(b.activeAt))
    .slice(0, panel.options?.maxItems);
  if (data && !shown.length)
    return (
      <p data-empty className="m-auto text-faint">
        {panel.fieldConfig.defaults.noValue}
      </p>
    );
  return (
    <ul className="min-h-0 flex-1 overflow-y-auto">
      {shown.map(({ labels, annotations, state, activeAt }) => (
        <li
          key={JSON.stringify(labels)}
          className="flex flex-wrap items-baseline gap-x-2 border-b border-line py-1"
        >
          <b className={`w-16 ${state === "firing" ? "text-(--bad)" : "text-faint"}`}>{state}</b>
          <Anchor to={annotations.runbook_url} className="link">
            {labels.alertname}
          </Anchor>
          <span>{annotations.summary}</span>
          <small className="text-faint">
            {labels.severity}, for {since(Date.parse(activeAt) / 1000, now)}
          </small>
          <Anchor to={annotations.dashboard} className="link ml-auto">
            dashboard
          </Anchor>
        </li>
      ))}
    </ul>
  );
}

/** `{a="b", c=~"d|e"}` as Grafana's alert list has it. */
export function matching(filter: string): (labels: Labels) => boolean {
  const wanted = [...filter.matchAll(/(\w+)(=~|=)("(?:[^"\\]|\\.)*")/g)].map(
    ([, label = "", sign, text = '""']) => {
      const value = JSON.parse(text) as string;
      const pattern = sign === "=" ? undefined : new RegExp(`^(?:${value})$`);
      return (labels: Labels) =>
        pattern ? pattern.test(labels[label] ?? "") : (labels[label] ?? "") === value;
    },
  );
  return (labels) => wanted.every((holds) => holds(labels));
}
