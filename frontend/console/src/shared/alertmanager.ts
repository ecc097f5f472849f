import { ask } from "./http";
import type { Labels } from "./prometheus";

export interface Matcher {
  name: string;
  value: string;
  isRegex: boolean;
  isEqual: boolean;
}

/** Alertmanager tells nobody of the alerts that it matches, until it ends. */
export interface Silence {
  id: string;
  matchers: Matcher[];
  startsAt: string;
  endsAt: string;
  createdBy: string;
  comment: string;
  status: { state: "active" | "pending" | "expired" };
}

export const silences = (signal?: AbortSignal) => ask<Silence[]>("/api/v2/silences", { signal });

export const end = (id: string) => ask<unknown>(`/api/v2/silence/${id}`, { method: "DELETE" });

/** From now on for `minutes`, alerts with exactly these labels. */
export function silence(
  labels: Labels,
  minutes: number,
  createdBy: string,
  comment: string,
): Promise<unknown> {
  const now = Date.now();
  const body = {
    matchers: Object.entries(labels).map(([name, value]) => ({ name, value, isRegex: false, isEqual: true })),
    startsAt: new Date(now).toISOString(),
    endsAt: new Date(now + minutes * 60_000).toISOString(),
    createdBy,
    comment,
  };
  const headers = { "Content-Type": "application/json" };
  return ask("/api/v2/silences", { method: "POST", headers, body: JSON.stringify(body) });
}

/** Whether a silence holds an alert with these labels back. */
export const holds = ({ matchers, status }: Silence, labels: Labels): boolean =>
  status.state === "active" &&
  matchers.every(({ name, value, isRegex, isEqual }) => {
    const own = labels[name] ?? "";
    return (isRegex ? new RegExp(`^(?:${value})$`).test(own) : own === value) === isEqual;
  });
