import { useQueries } from "@tanstack/react-query";
import { useSearchParams } from "react-router";
import { labelValues } from "~/shared/prometheus";
import { choices, chosen, constants, source, written, type Values } from "./variables";
import type { Dashboard, Variable } from "./model";

export interface Choice {
  variable: Variable;
  options: string[];
  chosen: string[];
  choose: (values: string[]) => void;
}

/** The dashboard's choices and their values. Nothing until their options are known. */
export function useVariables(
  dashboard: Dashboard | undefined,
): { choices: Choice[]; values: Values } | undefined {
  const [params, setParams] = useSearchParams();
  const list = dashboard ? choices(dashboard) : [];
  const answers = useQueries({
    queries: list.map((variable) => {
      const { series, label } = source(variable) ?? { series: "", label: "" };
      return {
        queryKey: ["label", series, label],
        queryFn: ({ signal }: { signal: AbortSignal }) => labelValues(series, label, signal),
        staleTime: 30_000,
      };
    }),
  });
  if (!dashboard || answers.some(({ isPending }) => isPending)) return undefined;
  const made = list.map((variable, index): Choice => {
    const options = answers[index]?.data ?? [];
    const name = `var-${variable.name}`;
    const choose = (values: string[]) => {
      const next = new URLSearchParams(params);
      next.delete(name);
      written(variable, values, options).forEach((value) => next.append(name, value));
      setParams(next, { preventScrollReset: true });
    };
    return { variable, options, choose, chosen: chosen(variable, params.getAll(name), options) };
  });
  const picked = made.map(({ variable, chosen }) => [
    variable.name,
    variable.multi ? chosen : (chosen[0] ?? ""),
  ]);
  return { choices: made, values: { ...constants(dashboard), ...(Object.fromEntries(picked) as Values) } };
}
