import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { ask } from "~/shared/http";
import type { Labels } from "~/shared/prometheus";
import type { Window } from "~/shared/time/range";
import type { Panel } from "./model";
import { put, type Values } from "./variables";

/** A named line or value of a panel, made by console/series.py. `value` is the last one. */
export interface Series {
  name: string;
  labels: Labels;
  values: (number | null)[];
  value: number;
}

/** A request that has a trace. */
export interface Exemplar {
  trace: string;
  value: number;
  time: number;
}

export interface Drawn {
  series: Series[];
  dots: Exemplar[];
  window: Window;
}

/** What a panel shows. One of a single value shows it only while there is one: the last of long ago is not now. */
export function ofNow(panel: Panel, drawn: Drawn): Drawn {
  if (panel.type !== "stat" && panel.type !== "gauge") return drawn;
  return { ...drawn, series: drawn.series.filter(({ values }) => values.at(-1) !== null) };
}

/** The panel's answers. While a newer one is asked for, the last one stays. */
export function usePanel(panel: Panel, values: Values, window: Window, seen: boolean) {
  const targets = (panel.targets ?? []).map((target) => ({ ...target, expr: put(target.expr, values) }));
  return useQuery({
    queryKey: ["panel", panel.id, targets, window],
    queryFn: async ({ signal }): Promise<Drawn> => ({
      ...(await computed<Drawn>("series", { targets }, window, signal)),
      window,
    }),
    enabled: seen,
    placeholderData: keepPreviousData,
  });
}

/** What the console's server makes of Prometheus' answers. */
export function computed<T>(
  what: string,
  asked: Record<string, object>,
  window: Window,
  signal: AbortSignal,
) {
  const given = Object.entries({ ...asked, ...window }).map(([name, value]) => [name, JSON.stringify(value)]);
  return ask<T>(`/api/${what}?${new URLSearchParams(given)}`, { signal });
}
