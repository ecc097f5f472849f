const formats = {
  day: new Intl.DateTimeFormat("en", { dateStyle: "long" }),
  moment: new Intl.DateTimeFormat("en", { dateStyle: "medium", timeStyle: "short" }),
  time: new Intl.DateTimeFormat("en", { timeStyle: "short" }),
  clock: new Intl.DateTimeFormat("en", {
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    fractionalSecondDigits: 3,
    hourCycle: "h23",
  }),
  weekday: new Intl.DateTimeFormat("en", { weekday: "long", day: "numeric", month: "long" }),
};

/** @param time RFC 3339, shown in the reader's time zone */
export function formatTime(time: string | Date, format: keyof typeof formats = "moment"): string {
  return formats[format].format(new Date(time));
}

/** @param ms shown with the two largest units that it has: 37 ms, 1.24 s, 2 min 5 s, 3 h 20 min, 2 d 4 h */
export function formatDuration(ms: number): string {
  if (ms < 1000) return `${Math.max(0, Math.round(ms))} ms`;
  if (ms < 59_995) return `${(ms / 1000).toFixed(2).replace(/\.?0+$/, "")} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 3600) return twoOf(seconds, 60, "min", "s");
  if (seconds < 86_400) return twoOf(Math.round(seconds / 60), 60, "h", "min");
  return twoOf(Math.round(seconds / 3600), 24, "d", "h");
}

function twoOf(amount: number, base: number, large: string, small: string): string {
  const rest = amount % base;
  return `${Math.floor(amount / base)} ${large}${rest ? ` ${rest} ${small}` : ""}`;
}
