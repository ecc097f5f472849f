import { expect, test } from "vitest";
import { statuses } from "./status";

const names = (wanted: "isFinal" | "canCancel" | "canPay") =>
  Object.entries(statuses).flatMap(([name, view]) => (view[wanted] ? [name] : []));

test("a page asks on until a state is final, and no longer", () => {
  expect(names("isFinal")).toEqual(["paid", "fulfilled", "rejected", "cancelled"]);
});

test("what is not paid may be cancelled", () => {
  expect(names("canCancel")).toEqual(["pending", "awaiting_payment", "payment_failed"]);
});

test("what is reserved may be paid, again after a declined card", () => {
  expect(names("canPay")).toEqual(["awaiting_payment", "payment_failed"]);
});
