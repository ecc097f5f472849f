import { expect, test } from "vitest";
import { formatDuration } from "./time";

test.each([
  [-3, "0 ms"],
  [37.4, "37 ms"],
  [999, "999 ms"],
  [1000, "1 s"],
  [1240, "1.24 s"],
  [59_999, "1 min"],
  [125_000, "2 min 5 s"],
  [12_000_000, "3 h 20 min"],
  [187_200_000, "2 d 4 h"],
])("%d ms is %s", (ms, text) => {
  expect(formatDuration(ms)).toBe(text);
});
