import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { exemplars, instant, range, type Exemplar, type Labels } from "~/shared/prometheus";
import type { Window } from "~/shared/time/range";
import type { Panel, Target } from "./model";
import { put, type Values } from "./variables";

/** A named line or value of a panel. `value` is the last one. */
export interface Series {
  name: string;
  labels: Labels;
  values: (number | null)[];
  value: number;
}

export interface Drawn {
  series: Series[];
  dots: Exemplar[];
  window: Window;
}

/** The panel's answers. While a newer one is asked for, the last one stays. */
export function usePanel(panel: Panel, values: Values, window: Window, seen: boolean) {
  const targets = (panel.targets ?? []).map((target) => ({ ...target, expr: put(target.expr, values) }));
  return useQuery({
    queryKey: ["panel", panel.id, targets, window],
    queryFn: ({ signal }) => load(targets, window, signal),
    enabled: seen,
    placeholderData: keepPreviousData,
  });
}

async function load(targets: Target[], window: Window, signal: AbortSignal): Promise<Drawn> {
  const [answers, dots] = await Promise.all([
    Promise.all(targets.map((target) => series(target, window, signal))),
    Promise.all(
      targets.filter(({ exemplar }) => exemplar).map(({ expr }) => exemplars(expr, window, signal)),
    ),
  ]);
  return { series: answers.flat(), dots: thinned(dots.flat(), window), window };
}

async function series(target: Target, window: Window, signal: AbortSignal): Promise<Series[]> {
  const found = target.instant
    ? (await instant(target.expr, window.to, signal)).map((one) => ({ ...one, values: [one.value] }))
    : (await range(target.expr, window, signal)).map((one) => ({ ...one, value: last(one.values) }));
  // The 0 that stands in for what has never happened has no labels; it gives way to what has happened.
  const real = found.filter(({ labels }) => Object.keys(labels).length);
  return (real.length ? real : found).map((one) => ({
    ...one,
    name: named(target.legendFormat, one.labels),
  }));
}

const last = (values: (number | null)[]) => values.findLast((value) => value !== null) ?? NaN;

const named = (format: string, labels: Labels) =>
  format.replace(/\{\{\s*(\w+)\s*\}\}/g, (_, label: string) => labels[label] ?? "").trim();

const TRACE = /^[0-9a-f]{32}$/;

/** At most one dot for each two steps of time: the slowest, which is the one worth looking at. */
export function thinned(found: Exemplar[], { from, step }: Window): Exemplar[] {
  const best = new Map<number, Exemplar>();
  for (const dot of found) {
    if (!TRACE.test(dot.trace) || !Number.isFinite(dot.value)) continue;
    const slot = Math.floor((dot.time - from) / (step * 2));
    if ((best.get(slot)?.value ?? -Infinity) < dot.value) best.set(slot, dot);
  }
  return [...best.values()];
}
