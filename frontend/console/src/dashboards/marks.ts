import { useQuery } from "@tanstack/react-query";
import { range } from "~/shared/prometheus";
import type { Window } from "~/shared/time/range";
import type { Annotation, Dashboard } from "./model";
import { put, type Values } from "./variables";

/** Something that happened, from when to when: it is drawn on every chart. */
export interface Mark {
  name: string;
  colour: string;
  from: number;
  to: number;
}

/** The annotations of the dashboard within the window. Without them the charts are still worth having. */
export function useMarks(dashboard: Dashboard | undefined, values: Values, window: Window): Mark[] {
  const list = (dashboard?.annotations.list ?? []).map((one) => ({ ...one, expr: put(one.expr, values) }));
  const { data } = useQuery({
    queryKey: ["marks", list, window],
    queryFn: async ({ signal }) => (await Promise.all(list.map((one) => marks(one, window, signal)))).flat(),
    enabled: list.length > 0,
    placeholderData: (before) => before,
    retry: false,
  });
  return data ?? [];
}

/** Asked for with a step of its own, as Grafana does: a mark may be shorter than the step of the charts. */
async function marks(annotation: Annotation, { from, to }: Window, signal: AbortSignal): Promise<Mark[]> {
  const window = { from, to, step: Math.max(parseInt(annotation.step), Math.ceil((to - from) / MOST)) };
  const found = await range(annotation.expr, window, signal);
  return found.flatMap(({ labels, values }) =>
    stretches(values).map(([from, to]) => ({
      name: annotation.titleFormat.replace(/\{\{\s*(\w+)\s*\}\}/g, (_, label: string) => labels[label] ?? ""),
      colour: annotation.iconColor,
      from: window.from + from * window.step,
      to: window.from + to * window.step,
    })),
  );
}

const MOST = 10_000; // values: Prometheus gives at most 11,000

/** The first and the last place of each run of values. */
export function stretches(values: (number | null)[]): [number, number][] {
  const found: [number, number][] = [];
  values.forEach((value, at) => {
    if (value === null) return;
    const open = found.at(-1);
    if (open && open[1] === at - 1) open[1] = at;
    else found.push([at, at]);
  });
  return found;
}
