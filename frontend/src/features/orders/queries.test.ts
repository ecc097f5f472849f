import { expect, test } from "vitest";
import { ApiError } from "@/shared/api/problem";
import type { OrderStatus, Payments } from "@/shared/api/types";
import { orderQuery, paymentsQuery } from "./queries";

/** How long the page of an order waits until it asks again; without a status there is no such order. */
function pauseAfter(status?: OrderStatus, error?: ApiError): unknown {
  const pause = orderQuery("1").refetchInterval as unknown as (query: object) => unknown;
  return pause({ state: { data: status && { status }, status: error ? "error" : "success", error } });
}

test("an order that may still move is asked for again", () => {
  expect(pauseAfter("pending")).toBeGreaterThan(0);
  expect(pauseAfter("awaiting_payment")).toBeGreaterThan(0);
});

test("one that is final, or is not there, is not", () => {
  expect(pauseAfter("paid")).toBe(false);
  expect(pauseAfter()).toBe(false);
});

test("a service that fails is left alone for some seconds, or as long as it says", () => {
  expect(pauseAfter("pending", new ApiError(503))).toBe(3000);
  expect(pauseAfter("pending", new ApiError(429, {}, new Headers({ "Retry-After": "7" })))).toBe(7000);
  expect(pauseAfter("paid", new ApiError(503))).toBe(false);
});

test("payments are asked for again while they may change, and while they could not be read", () => {
  const pause = paymentsQuery("1", "awaiting_payment").refetchInterval as unknown as (
    query: object,
  ) => unknown;
  const after = (data?: Partial<Payments> | null, errorUpdateCount = 0) =>
    pause({ state: { data, errorUpdateCount } });
  expect(after({ status: "processing" })).toBeGreaterThan(0);
  expect(after(undefined, 1)).toBeGreaterThan(0);
  expect(after({ status: "failed" }, 1)).toBe(false);
  expect(after(null, 1)).toBe(false);
});
