import { times } from "~/shared/prometheus";
import type { Drawn } from "./data";

/** What a panel draws, as a table: a row for each time, a column for each series. */
export function csv({ series, window }: Drawn): string {
  const isNow = series.every(({ values }) => values.length === 1);
  const moments = isNow ? [window.to] : times(window);
  const rows = moments.map((time, index) => [
    new Date(time * 1000).toISOString(),
    ...series.map(({ values }) => values[index] ?? ""),
  ]);
  return (
    [["time", ...series.map(({ name }) => name)], ...rows]
      .map((row) => row.map(cell).join(","))
      .join("\r\n") + "\r\n"
  );
}

/** A text that a table program would take for a formula begins with an apostrophe. */
function cell(value: string | number): string {
  const text = typeof value === "string" && /^[=+\-@\t\r]/.test(value) ? `'${value}` : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Gives a file to the reader. */
export function save(text: string, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "text/csv" }));
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}
