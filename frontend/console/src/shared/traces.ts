import { ask } from "./http";
import type { Line } from "./logs";

type Pairs = [name: string, value: string][];

/** What is told of a trace in one line. Times and durations are in seconds. */
export interface Summary {
  trace: string;
  root: string;
  start: number;
  duration: number;
  spans: number;
  errors: number;
  services: [name: string, spans: number, colour: string][];
}

export interface Span {
  id: string;
  service: string;
  colour: string;
  name: string;
  kind: string;
  failed: boolean;
  message: string;
  attributes: Pairs;
  resource: Pairs;
  events: { time: number; name: string; attributes: Pairs }[];
  links: [trace: string, span: string][];
}

/** A row of the waterfall, made by console/waterfall.py: a span, or a log line at its place in time. */
export interface Row {
  time: number;
  depth: number;
  /** How many rows are below it. */
  below: number;
  line?: Line;
  span?: Span;
  /** Of a span: also seconds in which none of its children ran, and when the trace waited for itself. */
  end?: number;
  alone?: number;
  critical?: [from: number, to: number][];
}

export interface Found {
  traces: Summary[];
  services: string[];
  operations: string[];
  /** What was asked for, as people write it, and whether only of traces that failed. */
  tags: string;
  failed: boolean;
  /** `key=value` of what was found. */
  attributes: string[];
}

export const search = (question: URLSearchParams, signal?: AbortSignal) =>
  ask<Found>(`/api/traces?${question}`, { signal });

export const trace = (id: string, signal?: AbortSignal) =>
  ask<Summary & { rows: Row[]; lines: number }>(`/api/traces/${encodeURIComponent(id)}`, { signal });
