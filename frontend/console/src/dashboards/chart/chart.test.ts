import { expect, test } from "vitest";
import { thinned } from "../data";
import { stretches } from "../marks";
import { matching } from "../panels/AlertList";
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

test("of the exemplars of one time the slowest is shown, and only real traces", () => {
  const dot = { trace: "a".repeat(32), value: 1, time: 100, labels: {} };
  const window = { from: 100, to: 200, step: 5 };
  const slow = { ...dot, value: 2, time: 104 };
  expect(thinned([dot, slow, { ...dot, value: 9, trace: "javascript:alert(1)" }], window)).toEqual([slow]);
});

test("a mark lasts as long as its values", () => {
  expect(stretches([null, 1, 1, null, 1])).toEqual([
    [1, 2],
    [4, 4],
  ]);
});

test("an alert list filters by labels", () => {
  const labels = { service: "order-service", alertname: "Slow" };
  expect(matching('{service=~"order-service|user-service"}')(labels)).toBe(true);
  expect(matching('{service=~"(order\\\\-service)"}')(labels)).toBe(true);
  expect(matching('{service="order"}')(labels)).toBe(false);
  expect(matching('{service=~"order"}')(labels)).toBe(false);
  expect(matching("")(labels)).toBe(true);
});
