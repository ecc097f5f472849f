import { ask } from "./http";
import type { Window } from "./time/range";

export type Labels = Record<string, string>;

/** One of Prometheus' answers, as it came. */
export const raw = <T>(path: string, parameters: Record<string, string>, signal?: AbortSignal) =>
  ask<{ data: T }>(`/api/v1/${path}?${new URLSearchParams(parameters)}`, { signal });

export const rangeQuery = (query: string, { from, to, step }: Window) => ({
  query,
  start: String(from),
  end: String(to),
  step: String(step),
});

export const times = ({ from, to, step }: Window) =>
  Array.from({ length: Math.round((to - from) / step) + 1 }, (_, index) => from + index * step);

export const labelValues = async (series: string, label: string, signal?: AbortSignal) =>
  (await raw<string[]>(`label/${label}/values`, { "match[]": series }, signal)).data;
