/** A time range as Grafana writes it in addresses: `now-15m`, `now`, or milliseconds since 1970. */
export interface Range {
  from: string;
  to: string;
}

/** The same in seconds, as it is asked for: both ends are multiples of the step. */
export interface Window {
  from: number;
  to: number;
  step: number;
}

export const DEFAULT: Range = { from: "now-15m", to: "now" };
export const QUICK = ["5m", "15m", "30m", "1h", "3h", "6h", "12h", "24h", "2d", "7d"];

const UNITS: Record<string, number> = { s: 1, m: 60, h: 3600, d: 86400, w: 604800 };
const WORDS: Record<string, string> = { s: "second", m: "minute", h: "hour", d: "day", w: "week" };
const RELATIVE = /^now(?:-(\d{1,6})([smhdw]))?$/;
const POINTS = 300;
const SCRAPE = 5; // seconds between two values of most series
const SHORTEST = 30;

/** What an address asks for: the console's `from` and `to`, or Jaeger's `lookback`, or its microseconds. */
export function given(params: URLSearchParams): Range {
  const [start, end, lookback] = ["start", "end", "lookback"].map((name) => params.get(name));
  const jaegers = lookback ? { from: `now-${lookback}`, to: "now" } : DEFAULT;
  return {
    from: params.get("from") ?? start?.slice(0, -3) ?? jaegers.from,
    to: params.get("to") ?? end?.slice(0, -3) ?? jaegers.to,
  };
}

/** Seconds since 1970 of one end, or nothing when it is none. */
export function moment(text: string, now: number): number | undefined {
  const relative = RELATIVE.exec(text);
  if (relative) return now - Number(relative[1] ?? 0) * (UNITS[relative[2] ?? "s"] ?? 0);
  return /^\d{12,14}$/.test(text) ? Number(text) / 1000 : undefined;
}

export function isRange({ from, to }: Range, now: number): boolean {
  const [begin, end] = [moment(from, now), moment(to, now)];
  return begin !== undefined && end !== undefined && begin < end;
}

export const isLive = ({ to }: Range) => to.startsWith("now");

/** What is asked for at this moment: about 300 points, none closer than the scrapes. */
export function resolve(range: Range, now: number): Window {
  const from = moment(range.from, now) ?? now - 900;
  const to = Math.max(moment(range.to, now) ?? now, from + SCRAPE);
  const step = Math.max(SCRAPE, Math.ceil((to - from) / POINTS / SCRAPE) * SCRAPE);
  const end = Math.floor(to / step) * step;
  return { from: Math.min(Math.floor(from / step) * step, end - step), to: end, step };
}

export const absolute = (from: number, to: number): Range => ({
  from: String(Math.round(from * 1000)),
  to: String(Math.round(Math.max(to, from + SHORTEST) * 1000)),
});

/** Half of what is shown, earlier (-1) or later (1), but never later than now. */
export function shifted(range: Range, direction: -1 | 1, now: number): Range {
  const { from, to } = ends(range, now);
  const length = to - from;
  const end = Math.min(to + (direction * length) / 2, now);
  return absolute(end - length, end);
}

/** Twice as much, around the same middle, but not later than now. */
export function widened(range: Range, now: number): Range {
  const { from, to } = ends(range, now);
  const end = Math.min(to + (to - from) / 2, now);
  return absolute(end - 2 * (to - from), end);
}

/** Both ends in seconds. */
export function ends(range: Range, now: number) {
  return { from: moment(range.from, now) ?? now - 900, to: moment(range.to, now) ?? now };
}

/** `last 15 minutes`, or nothing when it is not up to now. */
export function named({ from, to }: Range): string | undefined {
  const [, number, unit] = RELATIVE.exec(from) ?? [];
  if (to !== "now" || !number || !unit) return undefined;
  return `last ${number === "1" ? "" : `${number} `}${WORDS[unit]}${number === "1" ? "" : "s"}`;
}
