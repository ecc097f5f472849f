import { expect, test } from "vitest";
import { clicked } from "./Legend";
import { piled } from "./stack";

test("a stack adds what there is, and is empty only where nothing is", () => {
  expect(
    piled([
      [1, null, null],
      [2, 3, null],
    ]),
  ).toEqual([
    [1, 0, null],
    [3, 3, null],
  ]);
});

test("a click shows one series alone, and again all; with Ctrl it hides one", () => {
  const names = ["a", "b", "c"];
  const alone = clicked("a", names, new Set(), false);
  expect([...alone]).toEqual(["b", "c"]);
  expect(clicked("a", names, alone, false).size).toBe(0);
  expect([...clicked("b", names, alone, false)]).toEqual(["a", "c"]);
  expect([...clicked("b", names, alone, true)]).toEqual(["c"]);
  expect([...clicked("b", names, new Set(), true)]).toEqual(["b"]);
});
