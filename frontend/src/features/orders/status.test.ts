import { expect, test } from "vitest";
import type { OrderStatus, Payments } from "@/shared/api/types";
import { formatTime } from "@/shared/time";
import { reservedUntil, statuses, unclear, viewOf } from "./status";

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

/** How an order looks whose latest payment is in this state. */
const seen = (status: OrderStatus, payment: string) => viewOf(status, { status: payment } as Payments);

test.each(["awaiting_payment", "payment_failed"] as const)(
  "an order that is %s is not paid again while its charge is under way, and may be cancelled",
  (status) => {
    for (const payment of ["processing", "succeeded"])
      expect(seen(status, payment)).toMatchObject({
        label: "Confirming payment",
        canPay: false,
        canCancel: true,
      });
    expect(seen(status, "failed")).toBe(statuses[status]);
    expect(viewOf(status, null)).toBe(statuses[status]);
  },
);

test("an order whose payments could not be read is not paid", () => {
  expect(viewOf("awaiting_payment", undefined, true)).toBe(unclear);
  expect(unclear.canPay).toBe(false);
  expect(viewOf("paid", undefined, true)).toBe(statuses.paid);
});

test("what is reserved is so until 15 minutes after the order, and no text says for how long from now", () => {
  const until = formatTime("2026-01-01T10:15:00Z", "time");
  expect(reservedUntil({ createdAt: "2026-01-01T10:00:00Z" })).toBe(until);
  for (const { meaning } of Object.values(statuses))
    expect(meaning).not.toMatch(/reserved for|still reserved/);
});

test("a payment says nothing about an order that cannot be paid", () => {
  expect(seen("paid", "succeeded")).toBe(statuses.paid);
  expect(seen("cancelled", "processing")).toBe(statuses.cancelled);
});
