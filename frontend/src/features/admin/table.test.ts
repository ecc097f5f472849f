import { expect, test } from "vitest";
import { parseTable, showTable } from "./table";

test("a table survives its edit", () => {
  const table = [
    { name: "Weight", value: "250 g" },
    { name: "Ratio", value: "16:9" },
  ];
  expect(showTable(table)).toBe("Weight: 250 g\nRatio: 16:9");
  expect(parseTable(showTable(table))).toEqual(table);
});

test("empty lines and none at all are no lines", () => {
  expect(parseTable("")).toEqual([]);
  expect(parseTable("\n  Weight:1 kg \n\n")).toEqual([{ name: "Weight", value: "1 kg" }]);
});

test.each(["Weight", ": 250 g", "Weight:", `${"x".repeat(61)}: 1`, `Weight: ${"x".repeat(201)}`])(
  "%s is no line",
  (line) => {
    expect(parseTable(line)).toBeUndefined();
  },
);
