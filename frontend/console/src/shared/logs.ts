import { ask } from "./http";

export interface Line {
  time: number;
  program: string;
  service: string;
  level: string;
  /** Of the service, and of the level. */
  colour: string;
  tint: string;
  fields: Record<string, unknown>;
}

interface Answer {
  lines: Line[];
  total: number;
  /** How many lines of a level there are in `step` seconds, on top of how many of others. */
  bars: { time: number; level: string; from: number; lines: number; tint: string }[];
  step: number;
  from: number;
  to: number;
  /** Back to when everything was read: not to `from`, where there was too much. */
  reached: number;
  services: string[];
}

export const logs = (question: Record<string, string>, signal?: AbortSignal) =>
  ask<Answer>(`/api/logs?${new URLSearchParams(question)}`, { signal });

/** A field as text. */
export const field = ({ fields }: Line, name: string): string => {
  const value = fields[name] ?? "";
  return typeof value === "string" ? value : JSON.stringify(value);
};

export const named = (line: Line) =>
  Object.keys(line.fields).map((name): [string, string] => [name, field(line, name)]);

const ALWAYS =
  /^(event|msg|message|level|timestamp|ts|service|logger|request_id|trace_id|span_id|trace_flags|exception\..*)$/;

/** What a line says: its event, and what belongs to it. */
export function said(line: Line): string {
  const more = Object.keys(line.fields).filter((name) => !ALWAYS.test(name) && field(line, name) !== "");
  const event = field(line, "event") || field(line, "msg") || field(line, "message");
  return [event, ...more.map((name) => `${name}=${field(line, name)}`)].join(" ");
}
