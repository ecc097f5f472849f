import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { placeOrder, readOrder, rest } from "./orders";
import type { Order, OrderRequest } from "./types";

const order = { id: "1", status: "pending", updatedAt: "2026-01-01T00:00:00Z" } as Order;
const sent: Headers[] = [];
let next: Response;

function answer(status: number, body: Order | null, headers: Record<string, string>): void {
  const text = body && JSON.stringify(body);
  next = new Response(text, { status, headers: { "Content-Type": "application/json", ...headers } });
}

beforeEach(() => {
  sent.length = 0;
  vi.stubGlobal("fetch", async (request: Request) => {
    sent.push(request.headers);
    return next;
  });
});
afterEach(() => vi.unstubAllGlobals());

test("what is shown already is asked for with its tag, and may wait", async () => {
  answer(200, order, { ETag: '"a"' });
  await expect(readOrder("1")).resolves.toEqual(order);
  expect(sent[0]?.has("Prefer")).toBe(false);

  answer(304, null, { ETag: '"a"', "Preference-Applied": "wait=9" });
  await expect(readOrder("1", order)).resolves.toEqual(order);
  expect(sent[1]?.get("If-None-Match")).toBe('"a"');
  expect(sent[1]?.get("Prefer")).toBe("wait=9");
  expect(rest()).toBeLessThan(1000);
});

test("an order that was just placed is waited for at once", async () => {
  answer(201, order, { ETag: '"a"' });
  await expect(placeOrder({ items: [] } as unknown as OrderRequest, "key")).resolves.toEqual(order);
  expect(sent[0]?.get("Idempotency-Key")).toBe("key");

  answer(200, { ...order, status: "awaiting_payment" }, { ETag: '"b"', "Preference-Applied": "wait=9" });
  await readOrder("1", order);
  expect(sent[1]?.get("If-None-Match")).toBe('"a"');
  expect(sent[1]?.get("Prefer")).toBe("wait=9");
});

test("a service that does not wait is asked less often", async () => {
  answer(200, order, { ETag: '"a"' });
  await readOrder("1");
  expect(rest()).toBeGreaterThan(1000);
});

test("another order, or another state of it, is asked for without a wait", async () => {
  answer(200, order, { ETag: '"a"' });
  await readOrder("1");
  for (const shown of [{ ...order, updatedAt: "2026-01-01T00:00:01Z" }, undefined]) {
    answer(200, order, { ETag: '"a"' });
    await readOrder("1", shown);
    expect(sent.at(-1)?.has("Prefer")).toBe(false);
  }
});
