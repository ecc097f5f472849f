import { useQuery } from "@tanstack/react-query";
import type { Window } from "~/shared/time/range";
import { computed } from "./data";
import type { Dashboard } from "./model";
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
  const annotations = dashboard?.annotations.list.map((one) => ({ ...one, expr: put(one.expr, values) }));
  const { data } = useQuery({
    queryKey: ["marks", annotations, window],
    queryFn: ({ signal }) =>
      computed<{ marks: Mark[] }>("marks", { annotations: annotations ?? [] }, window, signal),
    enabled: Boolean(annotations?.length),
    placeholderData: (before) => before,
    retry: false,
  });
  return data?.marks ?? [];
}
