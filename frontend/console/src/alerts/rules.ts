import type { Silence } from "~/shared/alertmanager";
import { holds } from "~/shared/alertmanager";
import { raw, type Alert, type Labels } from "~/shared/prometheus";

interface Rule {
  name: string;
  query: string;
  duration: number;
  labels: Labels;
  annotations: Labels;
  alerts: Alert[];
  health: string;
  lastError?: string;
}

/** What the alerts page shows a line for: a rule, and one of the alerts that it raised; none where all is well. */
export interface Line {
  rule: Rule;
  alert?: Alert;
  silence?: Silence;
  state: State;
}

export const STATES = ["firing", "pending", "silent", "well"] as const;
export type State = (typeof STATES)[number];

export async function rules(signal?: AbortSignal): Promise<Rule[]> {
  const answer = await raw<{ groups: { rules: Rule[] }[] }>("rules", { type: "alert" }, signal);
  return answer.data.groups.flatMap((group) => group.rules);
}

const ORDER = ["page", "ticket", "info"];

/** A line for each alert, the most important first, then one for each rule that has none. */
export function lines(rules: Rule[], silences: Silence[]): Line[] {
  const made = rules.flatMap((rule): Line[] => {
    if (!rule.alerts.length) return [{ rule, state: "well" }];
    return rule.alerts.map((alert) => {
      const silence = silences.find((one) => holds(one, alert.labels));
      return { rule, alert, silence, state: silence ? "silent" : alert.state };
    });
  });
  const rank = ({ state, rule }: Line) =>
    STATES.indexOf(state) * 10 + ORDER.indexOf(rule.labels.severity ?? "");
  const begun = ({ alert }: Line) => Date.parse(alert?.activeAt ?? "") || 0;
  return made.sort(
    (a, b) => rank(a) - rank(b) || begun(a) - begun(b) || a.rule.name.localeCompare(b.rule.name),
  );
}

/** The comparison at the end of an expression: `> 0.2`. Not every expression has one. */
export const threshold = (query: string): string | undefined =>
  /(?:^|\s)([<>]=?|[=!]=)\s*(?:bool\s+)?(-?[\d.]+(?:e-?\d+)?)\s*\)?\s*$/.exec(query)?.slice(1, 3).join(" ");
