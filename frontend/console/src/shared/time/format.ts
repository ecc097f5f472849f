import { useZone } from "../preferences";

const FORMS = {
  time: { hour: "2-digit", minute: "2-digit", second: "2-digit" },
  minute: { hour: "2-digit", minute: "2-digit" },
  day: { month: "2-digit", day: "2-digit" },
  full: {
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
  },
} satisfies Record<string, Intl.DateTimeFormatOptions>;
const made = new Map<string, Intl.DateTimeFormat>();

/** A time in seconds, in the zone that was chosen: `2026-11-26 14:05:09`, or parts of it. */
export function clock(seconds: number, form: keyof typeof FORMS = "full"): string {
  const { zone } = useZone.getState();
  const key = `${zone} ${form}`;
  let format = made.get(key);
  if (!format) {
    format = new Intl.DateTimeFormat("sv-SE", {
      ...FORMS[form],
      timeZone: zone === "utc" ? "UTC" : undefined,
    });
    made.set(key, format);
  }
  return format.format(seconds * 1000).replace("/", "-");
}

/** How long ago: `3 min`. */
export function since(seconds: number, now: number): string {
  const passed = Math.max(0, Math.round(now - seconds));
  if (passed < 120) return `${passed} s`;
  if (passed < 7200) return `${Math.round(passed / 60)} min`;
  return passed < 172800 ? `${Math.round(passed / 3600)} h` : `${Math.round(passed / 86400)} d`;
}

/** Text of a form's field, `2026-11-26 14:05[:09]`, as seconds in the chosen zone. */
export function readClock(text: string): number | undefined {
  const found = /^(\d{4})-(\d\d)-(\d\d)[ T](\d\d):(\d\d)(?::(\d\d))?$/.exec(text.trim());
  if (!found) return undefined;
  const [year, month, day, hour, minute, second] = found.slice(1).map((part) => Number(part ?? 0)) as Six;
  const zone = useZone.getState().zone;
  const time =
    zone === "utc"
      ? Date.UTC(year, month - 1, day, hour, minute, second)
      : new Date(year, month - 1, day, hour, minute, second).getTime();
  return Number.isNaN(time) ? undefined : time / 1000;
}

type Six = [number, number, number, number, number, number];
