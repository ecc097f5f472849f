import { expect, test } from "vitest";
import type { OrderStatus } from "@/shared/api/types";
import { orderQuery } from "./queries";

/** How long the page of an order waits until it asks again; without a status there is no such order. */
function pauseAfter(status?: OrderStatus): unknown {
  const pause = orderQuery("1").refetchInterval as unknown as (query: object) => unknown;
  return pause({ state: { data: status && { status } } });
}

test("an order that may still move is asked for again", () => {
  expect(pauseAfter("pending")).toBeGreaterThan(0);
  expect(pauseAfter("awaiting_payment")).toBeGreaterThan(0);
});

test("one that is final, or is not there, is not", () => {
  expect(pauseAfter("paid")).toBe(false);
  expect(pauseAfter()).toBe(false);
});
