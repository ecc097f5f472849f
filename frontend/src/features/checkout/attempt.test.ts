import { beforeEach, expect, test } from "vitest";
import { currentAttempt, keepAttempt } from "./attempt";

const good = { userId: "ada", orderKey: "key", request: { items: [] }, orderId: "1" };

beforeEach(() => localStorage.clear());

test("an attempt is there after a reload", () => {
  keepAttempt(good);
  expect(currentAttempt()).toEqual(good);
});

test.each([
  { ...good, userId: 1 },
  { ...good, orderKey: undefined },
  { ...good, request: "all" },
  { ...good, orderId: 1 },
  { ...good, traceparent: [] },
  { ...good, at: "today" },
  "abc",
  [],
  null,
])("what is no attempt in the storage is none: %j", (attempt) => {
  keepAttempt(good);
  localStorage.setItem("glasshouse.checkout", JSON.stringify({ state: { attempt }, version: 0 }));
  expect(currentAttempt()).toBeNull();
});
