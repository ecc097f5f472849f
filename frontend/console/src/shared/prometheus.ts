import { ask } from "./http";
import type { Window } from "./time/range";

export type Labels = Record<string, string>;

export interface Sample {
  labels: Labels;
  value: number;
}

/** Values over time; null where there is none. */
export interface Course {
  labels: Labels;
  values: (number | null)[];
}

export interface Exemplar {
  trace: string;
  value: number;
  time: number;
  labels: Labels;
}

export interface Alert {
  labels: Labels;
  annotations: Labels;
  state: "firing" | "pending";
  activeAt: string;
  value: string;
}

/** One of Prometheus' answers, as it came. */
export const raw = <T>(path: string, parameters: Record<string, string>, signal?: AbortSignal) =>
  ask<{ data: T }>(`/api/v1/${path}?${new URLSearchParams(parameters)}`, { signal });

async function data<T>(path: string, parameters: Record<string, string>, signal?: AbortSignal): Promise<T> {
  return (await raw<T>(path, parameters, signal)).data;
}

export const rangeQuery = (query: string, { from, to, step }: Window) => ({
  query,
  start: String(from),
  end: String(to),
  step: String(step),
});

export async function range(query: string, window: Window, signal?: AbortSignal): Promise<Course[]> {
  const { result } = await data<{ result: { metric: Labels; values: [number, string][] }[] }>(
    "query_range",
    rangeQuery(query, window),
    signal,
  );
  return result.map(({ metric, values }) => ({ labels: metric, values: aligned(values, window) }));
}

export const times = ({ from, to, step }: Window) =>
  Array.from({ length: Math.round((to - from) / step) + 1 }, (_, index) => from + index * step);

function aligned(values: [number, string][], window: Window): (number | null)[] {
  const all: (number | null)[] = times(window).map(() => null);
  for (const [time, text] of values) {
    const value = Number(text);
    all[Math.round((time - window.from) / window.step)] = Number.isFinite(value) ? value : null;
  }
  return all;
}

export async function instant(query: string, time: number, signal?: AbortSignal): Promise<Sample[]> {
  const { result } = await data<{ result: { metric: Labels; value: [number, string] }[] }>(
    "query",
    { query, time: String(time) },
    signal,
  );
  return result.map(({ metric, value }) => ({ labels: metric, value: Number(value[1]) }));
}

export async function exemplars(
  query: string,
  { from, to }: Window,
  signal?: AbortSignal,
): Promise<Exemplar[]> {
  const found = await data<
    { seriesLabels: Labels; exemplars: { labels: Labels; value: string; timestamp: number }[] }[]
  >("query_exemplars", { query, start: String(from), end: String(to) }, signal);
  return found.flatMap(({ seriesLabels, exemplars: list }) =>
    list.map(({ labels, value, timestamp }) => ({
      trace: labels.trace_id ?? "",
      value: Number(value),
      time: timestamp,
      labels: seriesLabels,
    })),
  );
}

export const alerts = async (signal?: AbortSignal) =>
  (await data<{ alerts: Alert[] }>("alerts", {}, signal)).alerts;

export const labelValues = (series: string, label: string, signal?: AbortSignal) =>
  data<string[]>(`label/${label}/values`, { "match[]": series }, signal);
