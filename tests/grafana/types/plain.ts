// Grafana's types as JSON has them: an enum is one of its values, written out.
import type { Dashboard } from "@grafana/schema";

type Plain<T> = T extends string ? `${T}`
  : T extends number ? (`${T}` extends `${infer N extends number}` ? N : number)
  : T extends object ? { [K in keyof T]: Plain<T[K]> }
  : T;

// What Prometheus' data source reads of an annotation beside what all of them have:
// https://grafana.com/docs/grafana/latest/datasources/prometheus/annotations/
interface PrometheusAnnotation {
  expr: string;
  step: string;
  tagKeys: string;
  textFormat: string;
  titleFormat: string;
}
type Annotations = Plain<NonNullable<NonNullable<Dashboard["annotations"]>["list"]>[number]> & PrometheusAnnotation;

export type PlainDashboard = Omit<Plain<Dashboard>, "annotations"> & { annotations: { list: Annotations[] } };
