// Grafana's types as JSON has them: an enum is one of its values, written out.
import type { Dashboard } from "@grafana/schema";

type Plain<T> = T extends string ? `${T}`
  : T extends number ? (`${T}` extends `${infer N extends number}` ? N : number)
  : T extends object ? { [K in keyof T]: Plain<T[K]> }
  : T;

export type PlainDashboard = Plain<Dashboard>;
