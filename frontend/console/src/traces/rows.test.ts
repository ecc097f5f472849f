import { expect, test } from "vitest";
import type { Row } from "~/shared/traces";
import { holding, opened } from "./rows";

const row = (time: number, below: number, more: Partial<Row>): Row => ({ time, below, depth: 0, ...more });
const span = (name: string) =>
  ({ name, attributes: [["db.query.text", "SELECT 1"]] }) as unknown as Row["span"];
const line = { fields: { event: "order.created" } } as unknown as Row["line"];
const rows = [
  row(0, 3, { span: span("root") }),
  row(1, 1, { span: span("child") }),
  row(2, 0, { line }),
  row(3, 0, { span: span("last") }),
];

test("what is below a closed row is not shown, and log lines only if wanted", () => {
  const times = (closed: Row[], withLogs: boolean) =>
    opened(rows, new Set(closed), withLogs).map(({ time }) => time);
  expect(times([], true)).toEqual([0, 1, 2, 3]);
  expect(times([], false)).toEqual([0, 1, 3]);
  expect(times([rows[1] as Row], true)).toEqual([0, 1, 3]);
  expect(times([rows[0] as Row, rows[1] as Row], true)).toEqual([0]);
});

test("a text is found in names, attributes and lines, however it is written", () => {
  const times = (text: string) => rows.filter(holding(text)).map(({ time }) => time);
  expect(times("CHILD")).toEqual([1]);
  expect(times("select 1")).toEqual([0, 1, 3]);
  expect(times("order.created")).toEqual([2]);
  expect(times("")).toEqual([]);
});
