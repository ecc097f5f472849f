import { config } from "~/shared/config";
import type { Dashboard, Variable } from "./model";

/** What was chosen, by the name of the variable: one value or several. */
export type Values = Record<string, string | string[]>;

const ALL = "$__all"; // in the address, as Grafana writes it
const VARIABLE = /\$\{(\w+)(?::regex)?\}|\$(\w+)/g;
const LABEL_VALUES = /^label_values\((.+), (\w+)\)$/;

/** The text with the values in place of `$name`: in PromQL several of them are one regular expression. */
export function put(text: string, values: Values): string {
  return text.replace(VARIABLE, (whole, a: string | undefined, b: string | undefined) => {
    const value = values[a ?? b ?? ""];
    return Array.isArray(value) ? alternatives(value) : (value ?? whole);
  });
}

/** The same for people: `a + b`. */
export function read(text: string, values: Values): string {
  const words = Object.entries(values).map(([name, value]) => [
    name,
    Array.isArray(value) ? value.join(" + ") : value,
  ]);
  return put(text, Object.fromEntries(words) as Values);
}

/** The same in an address, which has room for one value: several are written as none, which is every. */
export function address(url: string, values: Values): string {
  const single = Object.entries(values).map(([name, value]) => [
    name,
    Array.isArray(value) ? (value.length === 1 ? value[0] : "") : value,
  ]);
  return put(url, Object.fromEntries(single) as Values);
}

function alternatives(values: string[]): string {
  const escaped = values.map((value) => value.replace(/[.*+?^${}()|[\]\\]/g, "\\\\$&"));
  return escaped.length === 1 ? (escaped[0] ?? "") : `(${escaped.join("|")})`;
}

/** The variables that a reader chooses. */
export const choices = (dashboard: Dashboard) =>
  dashboard.templating.list.filter(({ type }) => type === "query");

/** Of which series, and which label's values, the choices are. */
export function source({ query }: Variable): { series: string; label: string } | undefined {
  const [, series, label] = LABEL_VALUES.exec(typeof query === "string" ? query : query.query) ?? [];
  return series && label ? { series, label } : undefined;
}

/** Of what the address names, that which there is; else what the dashboard begins with; else the first. */
export function chosen(variable: Variable, named: string[], options: string[]): string[] {
  if (named.includes(ALL) && variable.includeAll) return options;
  const known = named.filter((value) => options.includes(value));
  if (known.length) return variable.multi ? known : known.slice(0, 1);
  const first = [variable.current?.value ?? []].flat();
  if (first.includes(ALL) || first.some((value) => options.includes(value))) {
    return first.includes(ALL) ? options : first.filter((value) => options.includes(value));
  }
  return options.length ? options.slice(0, 1) : first;
}

/** What the address says of a choice. */
export const written = (variable: Variable, values: string[], options: string[]): string[] =>
  variable.includeAll && options.length > 1 && values.length === options.length ? [ALL] : values;

/** Constants of the dashboard, with this installation's addresses in their place. */
export function constants(dashboard: Dashboard): Values {
  const list = dashboard.templating.list.filter(({ type }) => type === "constant");
  return {
    ...Object.fromEntries(list.map(({ name, query }) => [name, query as string])),
    ...config.addresses,
  };
}
