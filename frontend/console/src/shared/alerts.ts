import { ask } from "./http";
import type { Labels } from "./prometheus";

export type State = "firing" | "pending" | "silent" | "well";

/** An alert, or a rule that has raised none, made by console/alerts.py. */
export interface Line {
  state: State;
  name: string;
  query: string;
  duration: number;
  limit: string;
  severity: string;
  error: string;
  labels: Labels;
  annotations: Labels;
  /** Of an alert. */
  since?: string;
  value?: string;
  silence?: { id: string; endsAt: string; createdBy: string; comment: string };
}

/** All of them, or those whose labels pass a filter of Grafana: `{service="a"}`. */
export const alerts = async (signal: AbortSignal, asked: { filter?: string } = {}) =>
  (await ask<{ lines: Line[] }>(`/api/alerts?${new URLSearchParams(asked)}`, { signal })).lines;

export const end = (id: string) => ask<unknown>(`/api/v2/silence/${id}`, { method: "DELETE" });

/** From now on for `minutes`, Alertmanager tells nobody of alerts with exactly these labels. */
export function silence(labels: Labels, minutes: number, createdBy: string, comment: string) {
  const matchers = Object.entries(labels).map(([name, value]) => ({
    name,
    value,
    isRegex: false,
    isEqual: true,
  }));
  const [startsAt, endsAt] = [0, minutes].map((later) => new Date(Date.now() + later * 60_000).toISOString());
  const headers = { "Content-Type": "application/json" };
  const body = JSON.stringify({ matchers, startsAt, endsAt, createdBy, comment });
  return ask<unknown>("/api/v2/silences", { method: "POST", headers, body });
}
