import { expect, test } from "vitest";
import { format } from "./units";

test.each([
  [0.00025, "s", "250 µs"],
  [0.0123, "s", "12.3 ms"],
  [150, "s", "2.5 min"],
  [0.0213, "percentunit", "2.13 %"],
  [1536, "bytes", "1.5 KiB"],
  [12_345, "none", "12.3 K"],
  [3.21, "reqps", "3.21 req/s"],
  [NaN, "s", "-"],
])("%d in %s is %s", (value, unit, text) => {
  expect(format(value, unit)).toBe(text);
});

test("whole things stay whole", () => {
  expect(format(2.4, "none", 0)).toBe("2");
});
