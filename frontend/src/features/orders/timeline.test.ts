import { expect, test } from "vitest";
import type { OrderTimeline, Payments } from "@/shared/api/types";
import { momentsOf, spanOf, waitingFor } from "./timeline";

const at = (ms: number) => new Date(Date.UTC(2026, 0, 1) + ms).toISOString();

function history(...moves: [string, number, string?][]): OrderTimeline {
  const steps = moves.map(([status, ms, reasonCode], index) => ({
    seq: index + 1,
    event: index ? "order.moved" : "order.created",
    status,
    at: at(ms),
    reason: null,
    reasonCode: reasonCode ?? null,
  }));
  return { orderId: "1", traceId: null, requestId: "r", steps } as OrderTimeline;
}

function paid(...attempts: [string, number, number, string?][]): Payments {
  const all = attempts.map(([status, from, to, reason], index) => ({
    id: String(index),
    orderId: "1",
    status,
    amountCents: 1000,
    currency: "EUR",
    card: { brand: "visa", last4: "4242" },
    reason: reason ?? (status === "failed" ? "card_declined" : null),
    createdAt: at(from),
    updatedAt: at(to),
  }));
  return { ...all[0], attempts: all } as unknown as Payments;
}

test("the steps of two services are one story, each with the time since the one before", () => {
  const moments = momentsOf(
    history(["pending", 0], ["awaiting_payment", 40], ["paid", 310]),
    paid(["succeeded", 60, 300]),
  );
  expect(moments.map(({ title, after }) => [title, after])).toEqual([
    ["Order placed", undefined],
    ["Stock reserved", 40],
    ["Payment accepted", 20],
    ["Call-back: charged", 240],
    ["Order paid", 10],
  ]);
  expect(spanOf(moments)).toBe(310);
});

test("a declined card and another one: both attempts, and no step that tells nothing", () => {
  const moments = momentsOf(
    history(
      ["pending", 0],
      ["awaiting_payment", 10],
      ["payment_failed", 30, "card_declined"],
      ["awaiting_payment", 90],
      ["paid", 91],
    ),
    paid(["succeeded", 50, 80], ["failed", 15, 25]),
  );
  expect(moments.map(({ title }) => title)).toEqual([
    "Order placed",
    "Stock reserved",
    "Payment accepted",
    "Call-back: declined",
    "Payment failed",
    "Payment accepted",
    "Call-back: charged",
    "Order paid",
  ]);
  expect(moments[3]?.detail).toBe("The payment provider says: card declined");
});

test("why it was cancelled, and that the money went back", () => {
  const moments = momentsOf(
    history(["pending", 0], ["awaiting_payment", 1], ["cancelled", 5, "expired"]),
    paid(["refunded", 4, 9]),
  );
  expect(moments.at(-2)).toMatchObject({ title: "Order cancelled", detail: "Not paid in time" });
  expect(moments.at(-1)).toMatchObject({ title: "Refunded", after: 4 });
});

test("a card that was not sent any more, as the order was cancelled, was not declined", () => {
  const moments = momentsOf(
    history(["pending", 0], ["awaiting_payment", 1], ["cancelled", 5, "cancelled_by_customer"]),
    paid(["failed", 4, 125, "unknown_to_provider"]),
  );
  expect(moments.at(-1)).toMatchObject({ title: "Not charged" });
});

test("clocks that differ make no step end before it began", () => {
  const [, second] = momentsOf(history(["pending", 5], ["awaiting_payment", 5]), null);
  expect(second?.after).toBe(0);
});

test("what is waited for is said until the order is final", () => {
  expect(waitingFor("pending", null)).toBe("Stock is being reserved");
  expect(waitingFor("awaiting_payment", null)).toBe("Waiting for a payment");
  expect(waitingFor("awaiting_payment", undefined)).toBe("We are asking for the payment");
  expect(waitingFor("awaiting_payment", paid(["processing", 0, 0]))).toMatch("call-back");
  expect(waitingFor("payment_failed", paid(["failed", 0, 1]))).toBe("Waiting for another card");
  for (const final of ["paid", "fulfilled", "rejected", "cancelled"] as const)
    expect(waitingFor(final, null)).toBeUndefined();
});
