import type { Row } from "~/shared/traces";

/** Rows whose rows below are not shown. */
export type Closed = ReadonlySet<Row>;

/** The rows that are not within a closed one, with log lines or without. */
export function opened(rows: Row[], closed: Closed, withLogs: boolean): Row[] {
  const found: Row[] = [];
  for (let index = 0; index < rows.length; index++) {
    const row = rows[index] as Row;
    if (row.span || withLogs) found.push(row);
    if (closed.has(row)) index += row.below;
  }
  return found;
}

/** Whether a row has the text in anything that it shows. No text is in none. */
export const holding =
  (text: string) =>
  ({ span, line }: Row): boolean =>
    text !== "" &&
    JSON.stringify(span ?? line?.fields)
      .toLowerCase()
      .includes(text.toLowerCase());
