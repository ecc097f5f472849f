const RATES: Record<string, string> = { reqps: " req/s", ops: " /s", cpm: " /min" };

/** A number as people read it, in one of the units of Grafana that the dashboards use. */
export function format(value: number | null | undefined, unit = "none", decimals?: number): string {
  if (value === null || value === undefined || Number.isNaN(value)) return "-";
  if (decimals !== undefined) value = Number(value.toFixed(decimals + (unit === "percentunit" ? 2 : 0)));
  if (unit === "s") return seconds(value);
  if (unit === "percentunit") return `${short(value * 100)} %`;
  if (unit === "bytes") return scaled(value, 1024, [" B", " KiB", " MiB", " GiB", " TiB"]);
  if (unit === "Bps") return scaled(value, 1000, [" B/s", " kB/s", " MB/s", " GB/s"]);
  if (unit === "currencyEUR") return `€${short(value)}`;
  return short(value) + (RATES[unit] ?? "");
}

/** `1 span`, `2 spans`. */
export const counted = (number: number, what: string) => `${number} ${what}${number === 1 ? "" : "s"}`;

export function seconds(value: number): string {
  const size = Math.abs(value);
  if (size === 0) return "0 s";
  if (size < 0.0009995) return `${digits(value * 1e6)} µs`;
  if (size < 0.9995) return `${digits(value * 1e3)} ms`;
  if (size < 120) return `${digits(value)} s`;
  if (size < 7200) return `${digits(value / 60)} min`;
  if (size < 172800) return `${digits(value / 3600)} h`;
  if (size < 63072000) return `${digits(value / 86400)} d`;
  return `${digits(value / 31536000)} years`;
}

const short = (value: number) => scaled(value, 1000, ["", " K", " M", " G"]);

function scaled(value: number, base: number, names: string[]): string {
  let step = 0;
  while (Math.abs(value) >= base && step < names.length - 1) {
    value /= base;
    step += 1;
  }
  return digits(value) + names[step];
}

/** Three digits that say something: 1234, 12.3, 0.0123. */
function digits(value: number): string {
  const size = Math.abs(value);
  if (size >= 100 || value === 0) return String(Math.round(value));
  return String(Number(value.toPrecision(3)));
}
