import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { OrderStatus } from "@/shared/api/types";
import { begin, end } from "@/shared/session/session";
import { forget, learn, lookWhenOpened, remember, seen, traceparentOf } from "./ordered";
import { add, setQuantity, useCart } from "./store";

const mug = { id: "20", name: "Stoneware mug" };
const quantity = () => useCart.getState().lines[0]?.quantity ?? 0;
const see = (status: OrderStatus, id = "1") => seen({ id, status });

/** Two mugs are in the cart and ordered from there, and the order service has answered. */
beforeEach(() => {
  localStorage.clear();
  useCart.setState({ lines: [] });
  add(mug, 2);
  remember({ userId: "ada", orderKey: "key", items: [{ productId: mug.id, quantity: 2 }] });
  learn("key", { orderId: "1", traceparent: "00-a-b-01" });
});
afterEach(() => {
  forget("key");
  vi.unstubAllGlobals();
});

test.each(["paid", "fulfilled"] as const)(
  "what was ordered leaves the cart when it is %s",
  async (status) => {
    await see("awaiting_payment");
    await see("payment_failed");
    expect(quantity()).toBe(2);
    await see(status);
    expect(quantity()).toBe(0);
  },
);

test("it leaves once, and what was put in afterwards stays", async () => {
  add(mug, 3);
  await Promise.all([see("paid"), see("paid")]);
  await see("fulfilled");
  expect(quantity()).toBe(3);
});

test("two tabs take it out once", async () => {
  add(mug, 3);
  vi.resetModules();
  const otherTab = await import("./ordered");
  await Promise.all([otherTab.seen({ id: "1", status: "paid" }), see("paid")]);
  await useCart.persist.rehydrate();
  expect(quantity()).toBe(3);
});

test("what the customer took out is not taken out again", async () => {
  setQuantity(mug.id, 0);
  add(mug, 1);
  await see("paid");
  expect(quantity()).toBe(1);
});

test("what was ordered twice leaves the cart once", async () => {
  remember({ userId: "ada", orderKey: "again", items: [{ productId: mug.id, quantity: 2 }] });
  learn("again", { orderId: "2", traceparent: undefined });
  await see("paid");
  add(mug, 1);
  await see("paid", "2");
  expect(quantity()).toBe(1);
});

test.each(["rejected", "cancelled"] as const)(
  "an order that is %s is forgotten, and takes nothing",
  async (status) => {
    await see(status);
    expect(traceparentOf("1")).toBeUndefined();
    await see("paid");
    expect(quantity()).toBe(2);
  },
);

test("an order that was not accepted is not learned of again", async () => {
  forget("key");
  learn("key", { orderId: "1", traceparent: undefined });
  await see("paid");
  expect(quantity()).toBe(2);
});

test("when a customer comes back, their orders are looked at, and those of nobody else", async () => {
  const asked: string[] = [];
  vi.stubGlobal("fetch", async ({ url }: Request) => {
    asked.push(new URL(url).pathname);
    return Response.json({ id: "1", status: "paid" });
  });
  const logIn = (userId: string) =>
    begin({ token: `head.${btoa(JSON.stringify({ sub: userId }))}.signature`, refreshToken: null });
  end({ expired: false });
  lookWhenOpened();
  logIn("bob");
  expect(asked).toEqual([]);
  logIn("ada");
  await vi.waitFor(() => expect(quantity()).toBe(0));
  expect(asked).toEqual(["/api/orders/1"]);
});

test("what is no order in the storage is none, and good ones stay", () => {
  const found = JSON.parse(localStorage.getItem("glasshouse.ordered") ?? "") as {
    state: { orders: object[] };
  };
  const [order] = found.state.orders;
  for (const wrong of [{ userId: 1 }, { items: null }, { items: [{ productId: 1 }] }, { orderId: 1 }])
    found.state.orders.unshift({ ...order, ...wrong });
  localStorage.setItem("glasshouse.ordered", JSON.stringify({ ...found, more: null }));
  expect(traceparentOf("1")).toBe("00-a-b-01");
  localStorage.setItem("glasshouse.ordered", JSON.stringify({ state: { orders: "abc" }, version: 0 }));
  expect(traceparentOf("1")).toBeUndefined();
});
