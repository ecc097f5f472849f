import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { seen } from "@/features/cart/ordered";
import { add, useCart } from "@/features/cart/store";
import { ApiError } from "@/shared/api/problem";
import type { Card, Order, OrderRequest, OrderStatus, Payment, Payments } from "@/shared/api/types";
import { begin, end as logOut } from "@/shared/session/session";
import { provide, Waiting } from "@/telemetry/tracer";
import { addressOf, keepTyped, useLastAddress } from "./address";
import { currentAttempt, keepAttempt, useAttempt } from "./attempt";
import {
  followOtherTab,
  forgetOthers,
  giveUp,
  leave,
  payWith,
  placeOrder,
  reset,
  resume,
  tryAgain,
  useCheckout,
} from "./checkout";
import { services } from "./services";

const request: OrderRequest = { items: [{ productId: "20", quantity: 2 }], expectedTotalCents: 2800 };
const good: Card = { number: "4242424242424242", expMonth: 12, expYear: 2040, cvc: "123" };
const bad: Card = { ...good, number: "4000000000000002" };
const stage = () => useCheckout.getState().stage;
const conflict = (kind: string, more = {}) => new ApiError(409, { type: `/api/problems/${kind}`, ...more });
const down = () => new ApiError(503, {}, new Headers({ "Retry-After": "2" }));

/** Order and payment services with the rules that matter here: keys are kept, an order is paid once. */
class Shop {
  orders = new Map<string, Order>();
  charged: Payment[] = [];
  orderKeys: string[] = [];
  paymentKeys: string[] = [];
  stock: OrderStatus = "awaiting_payment";
  answer: Partial<Payment> = {};

  place = async (_: OrderRequest, key: string): Promise<Order> => {
    this.orderKeys.push(key);
    const known = this.orders.get(key);
    const made =
      known ?? ({ id: `order-${this.orders.size + 1}`, status: "pending", totalCents: 2800 } as Order);
    this.orders.set(key, made);
    return made;
  };
  order = async (id: string): Promise<Order> => {
    const [key, order] = [...this.orders].find(([, candidate]) => candidate.id === id)!;
    const latest = this.charged[0];
    const status =
      latest?.status === "succeeded" ? "paid" : latest?.status === "failed" ? "payment_failed" : this.stock;
    const now = { ...order, status };
    this.orders.set(key, now);
    return now;
  };
  pay = async (orderId: string, card: Card, key: string): Promise<Payment> => {
    this.paymentKeys.push(key);
    const known = this.charged.find(({ id }) => id === key);
    if (known) return known;
    if (this.charged.some(({ status }) => status !== "failed")) throw conflict("already-paid");
    const made = { id: key, orderId, status: "processing", reason: null } as Payment;
    const isGood = card.number === good.number;
    this.answer = isGood ? { status: "succeeded" } : { status: "failed", reason: "card_declined" };
    this.charged.unshift(made);
    return made;
  };
  payments = async (): Promise<Payments | null> => {
    const [latest] = this.charged;
    if (!latest) return null;
    const asked = { ...latest, attempts: this.charged };
    if (latest.status === "processing") Object.assign(latest, this.answer); // by the next time
    return asked;
  };
}

let shop: Shop;

/** Seconds pass until it is done: nothing is waited for in fact. */
async function end<T>(work: Promise<T>): Promise<T> {
  let isDone = false;
  const watched = work.finally(() => (isDone = true));
  while (!isDone) await vi.advanceTimersByTimeAsync(1000);
  return watched;
}

const logIn = (userId: string) =>
  begin({ token: `head.${btoa(JSON.stringify({ sub: userId }))}.signature`, refreshToken: null });

beforeEach(() => {
  vi.useFakeTimers();
  logIn("ada");
  shop = new Shop();
  Object.assign(services, shop);
  useCart.setState({ lines: [] });
  add({ id: "20", name: "Mug" }, 2);
  useAttempt.setState({ attempt: null });
  localStorage.setItem("glasshouse.ordered", JSON.stringify({ state: { orders: [] }, version: 0 }));
  reset();
});

afterEach(() => vi.unstubAllGlobals());

test("an order is placed, reserved and paid, and leaves the cart", async () => {
  await end(placeOrder("ada", request, good));
  expect(stage()).toMatchObject({ name: "paid", order: { id: "order-1", status: "paid" } });
  expect(useCart.getState().lines).toEqual([]);
  expect(currentAttempt()).toBeNull();
});

test("each question about the order names the state that is known, so that it may wait for the next", async () => {
  const order = vi.fn(async (id: string, _known?: Order) => shop.order(id));
  services.order = order;
  await end(placeOrder("ada", request, good));
  expect(order.mock.calls.map(([, known]) => known?.status)).toEqual(["pending", "awaiting_payment"]);
});

test("where the browser keeps no data of sites there is no lock, and an order all the same", async () => {
  const refuse = async () => {
    throw new DOMException("Access to the Locks API is denied in this context.", "SecurityError");
  };
  vi.stubGlobal("navigator", { locks: { request: refuse } });
  await end(placeOrder("ada", request, good));
  expect(stage().name).toBe("paid");
});

test("two clicks at once order and pay once", async () => {
  await end(Promise.all([placeOrder("ada", request, good), placeOrder("ada", request, good)]));
  expect(shop.orders.size).toBe(1);
  expect(shop.charged).toHaveLength(1);
});

test("an order whose answer was lost is asked for with the same key, and not placed again", async () => {
  const { place } = shop;
  services.place = vi.fn(place).mockImplementationOnce(async (...given) => {
    await place(...given);
    throw new ApiError(0);
  });
  await end(placeOrder("ada", request, good));
  expect(stage().name).toBe("paid");
  expect(shop.orders.size).toBe(1);
  expect(new Set(shop.orderKeys).size).toBe(1);
  expect(shop.orderKeys).toHaveLength(2);
});

test("while the order service is down the page says so, and a later try uses the same key", async () => {
  services.place = async (_, key) => {
    shop.orderKeys.push(key);
    throw down();
  };
  await end(placeOrder("ada", request, good));
  expect(stage()).toMatchObject({ name: "unreachable", problem: { status: 503 } });
  services.place = shop.place;
  await end(tryAgain());
  expect(stage().name).toBe("paid");
  expect(new Set(shop.orderKeys).size).toBe(1);
});

test("a payment whose answer was lost is sent again with the same key, and charged once", async () => {
  const { pay } = shop;
  services.pay = vi.fn(pay).mockImplementationOnce(async (...given) => {
    await pay(...given);
    throw new ApiError(0);
  });
  await end(placeOrder("ada", request, good));
  expect(stage().name).toBe("paid");
  expect(shop.charged).toHaveLength(1);
  expect(new Set(shop.paymentKeys).size).toBe(1);
});

test("after a reload the same order goes on, with its key, and asks for a card", async () => {
  keepAttempt({ userId: "ada", orderKey: "from before", at: Date.now(), request });
  await end(resume("ada", undefined));
  expect(shop.orderKeys).toEqual(["from before"]);
  expect(stage().name).toBe("unpaid");
  await end(payWith(good));
  expect(stage().name).toBe("paid");
  expect(shop.orders.size).toBe(1);
});

test("after a reload a payment that is under way is waited for, not sent again", async () => {
  const placed = await shop.place(request, "key");
  await shop.pay(placed.id, good, "payment of before");
  keepAttempt({ userId: "ada", orderKey: "key", at: Date.now(), request, orderId: placed.id });
  await end(resume("ada", undefined));
  expect(stage().name).toBe("paid");
  expect(shop.charged).toHaveLength(1);
});

test("what did not arrive is not sent days later, when the checkout is opened", async () => {
  keepAttempt({ userId: "ada", orderKey: "of last week", at: Date.now() - 3_600_001, request });
  await end(resume("ada", undefined));
  expect(stage().name).toBe("form");
  expect(shop.orderKeys).toEqual([]);
  expect(localStorage.getItem("glasshouse.checkout")).not.toContain("of last week");
});

test("an order whose charge came too late and was refunded can be paid", async () => {
  const placed = await shop.place(request, "key");
  shop.charged = [{ id: "late", orderId: placed.id, status: "refunded" } as Payment];
  await end(resume("ada", placed.id));
  expect(stage().name).toBe("unpaid");
});

test("an attempt is not that of somebody else", async () => {
  keepAttempt({ userId: "ada", orderKey: "hers", at: Date.now(), request });
  await end(resume("bob", undefined));
  expect(stage().name).toBe("form");
  expect(shop.orderKeys).toEqual([]);
});

test("a checkout that is under way sends nothing in the name of somebody else", async () => {
  services.place = async (_, key) => {
    shop.orderKeys.push(key);
    logIn("bob");
    throw down();
  };
  await end(placeOrder("ada", request, good));
  expect(shop.orderKeys).toHaveLength(1);
  await end(resume("bob", undefined));
  expect(stage()).toEqual({ name: "form" });
  expect(currentAttempt()).toBeNull();
});

test("what somebody entered is forgotten for others, and for nobody", () => {
  const address = { name: "Ada", line1: "Square 12", line2: null, postalCode: "1", city: "B", country: "DE" };
  useLastAddress.setState({ userId: "ada", address });
  keepAttempt({ userId: "ada", orderKey: "hers", at: Date.now(), request });
  forgetOthers("ada");
  expect(useLastAddress.getState().address).toEqual(address);
  expect(currentAttempt()?.orderKey).toBe("hers");
  keepTyped("ada", { ...address, city: "C" });
  expect(addressOf("ada")?.city).toBe("C");
  expect(addressOf("bob")).toBeNull();
  expect(JSON.stringify(localStorage)).not.toContain('"C"');
  forgetOthers(undefined);
  expect(addressOf("ada")).toBeNull();
  expect(useLastAddress.getState().address).toBeNull();
  expect(currentAttempt()).toBeNull();
});

test("a checkout that breaks is not under way for ever, and is found again by its key", async () => {
  vi.stubGlobal("location", new URL("http://shop.test/checkout"));
  vi.spyOn(console, "error").mockImplementation(() => undefined);
  services.place = async (_, key) => {
    shop.orderKeys.push(key);
    throw new TypeError("broken");
  };
  await end(placeOrder("ada", request, good));
  expect(stage().name).toBe("unreachable");
  services.place = shop.place;
  await end(tryAgain());
  expect(stage().name).toBe("paid");
  expect(new Set(shop.orderKeys).size).toBe(1);
});

test("orders where the browser has no randomUUID, as by plain HTTP", async () => {
  vi.spyOn(crypto, "randomUUID").mockImplementation(() => {
    throw new TypeError("crypto.randomUUID is not a function");
  });
  await end(placeOrder("ada", request, good));
  expect(stage().name).toBe("paid");
});

test("a declined card leaves the order, and another card pays it under another key", async () => {
  await end(placeOrder("ada", request, bad));
  expect(stage()).toMatchObject({ name: "declined", reason: "card_declined" });
  expect(currentAttempt()?.orderId).toBe("order-1");
  await end(payWith(good));
  expect(stage().name).toBe("paid");
  expect(shop.orders.size).toBe(1);
  expect(new Set(shop.paymentKeys).size).toBe(2);
});

test("a card that the payment service does not accept was not declined: another one pays the order", async () => {
  services.pay = async () => {
    throw new ApiError(422, { detail: "The card has expired." });
  };
  await end(placeOrder("ada", request, good));
  expect(stage()).toMatchObject({
    name: "unpaid",
    problem: { status: 422, detail: "The card has expired." },
  });
  services.pay = shop.pay;
  await end(payWith(good));
  expect(stage().name).toBe("paid");
  expect(shop.orders.size).toBe(1);
});

test("a card that is not tried, as of too many payments, was not declined: the page tells why", async () => {
  await end(placeOrder("ada", request, bad));
  services.pay = async () => {
    throw conflict("too-many-payments", { detail: "This order had 5 payments." });
  };
  await end(payWith(good));
  expect(stage()).toMatchObject({ name: "stuck", problem: { detail: "This order had 5 payments." } });
});

test("an order that is cancelled while its payment is sent is shown as cancelled", async () => {
  services.pay = async () => {
    shop.stock = "cancelled";
    throw conflict("wrong-state", { orderStatus: "cancelled" });
  };
  await end(placeOrder("ada", request, good));
  expect(stage().name).toBe("cancelled");
});

test.each([403, 413])(
  "a payment that is refused with %i was not declined, and can be tried again",
  async (status) => {
    services.pay = async () => {
      throw new ApiError(status);
    };
    await end(placeOrder("ada", request, good));
    expect(stage()).toMatchObject({ name: "stuck", order: { id: "order-1" }, problem: { status } });
    services.pay = shop.pay;
    await end(tryAgain());
    expect(stage().name).toBe("paid");
    expect(shop.orders.size).toBe(1);
  },
);

test.each([404, 422])(
  "an order that nobody knows (%i) is told as such, and ends the attempt",
  async (status) => {
    services.order = async () => {
      throw new ApiError(status, { requestId: "request-1" });
    };
    await end(resume("ada", "unknown"));
    expect(stage()).toMatchObject({ name: "missing", problem: { requestId: "request-1" } });
    expect(currentAttempt()).toBeNull();
  },
);

test.each([
  ["declined", bad],
  ["unpaid", undefined],
])("on return to an order that is %s, its state is asked for anew", async (name, card) => {
  if (card) await end(placeOrder("ada", request, card));
  else {
    keepAttempt({ userId: "ada", orderKey: "from before", at: Date.now(), request });
    await end(resume("ada", undefined));
  }
  expect(stage().name).toBe(name);
  services.order = async (id) => ({ ...(await shop.order(id)), status: "cancelled" });
  await end(resume("ada", undefined));
  expect(stage()).toMatchObject({ name: "cancelled", order: { id: "order-1" } });
  expect(currentAttempt()).toBeNull();
});

test("what is given up is shown until the page is left", async () => {
  await end(placeOrder("ada", request, bad));
  giveUp();
  expect(stage().name).toBe("declined");
  leave();
  expect(stage().name).toBe("form");
  expect(currentAttempt()).toBeNull();
});

test("what is given up and then paid all the same has ended as any other", async () => {
  await end(placeOrder("ada", request, bad));
  giveUp();
  const paying = payWith(good);
  leave();
  await end(paying);
  expect(stage().name).toBe("paid");
});

test("what another tab does leaves the card that is typed here", async () => {
  await end(placeOrder("ada", request, bad));
  const asked = vi.spyOn(services, "order");
  await end(followOtherTab("ada"));
  expect(stage().name).toBe("declined");
  expect(asked).not.toHaveBeenCalled();
});

test("an order that is rejected for stock ends the attempt and keeps the cart", async () => {
  shop.stock = "rejected";
  await end(placeOrder("ada", request, good));
  expect(stage().name).toBe("rejected");
  expect(useCart.getState().lines).toHaveLength(1);
  expect(currentAttempt()).toBeNull();
  expect(shop.charged).toEqual([]);
});

test("a changed price orders nothing, and the next click has a key of its own", async () => {
  services.place = async (_, key) => {
    shop.orderKeys.push(key);
    throw new ApiError(409, { totalCents: 3000 });
  };
  await end(placeOrder("ada", request, good));
  expect(stage()).toEqual({ name: "price-changed", before: 2800, now: 3000 });
  services.place = shop.place;
  await end(placeOrder("ada", { ...request, expectedTotalCents: 3000 }, good));
  expect(stage().name).toBe("paid");
  expect(new Set(shop.orderKeys).size).toBe(2);
});

test("an order that stays pending is shown as slow, and waited for again", async () => {
  shop.stock = "pending";
  await end(placeOrder("ada", request, good));
  expect(stage()).toMatchObject({ name: "slow", during: "reserving" });
  shop.stock = "awaiting_payment";
  await end(tryAgain());
  expect(stage().name).toBe("paid");
  expect(shop.orders.size).toBe(1);
});

test("a session that ended is no end of the attempt: it goes on after the login", async () => {
  services.order = async () => {
    throw new ApiError(401);
  };
  await end(placeOrder("ada", request, good));
  expect(stage()).toMatchObject({ name: "unreachable", problem: { status: 401 } });
  services.order = shop.order;
  await end(resume("ada", undefined));
  expect(stage().name).toBe("paid");
});

test("an attempt that lasts days is not sent by a login either", async () => {
  services.order = async () => {
    throw new ApiError(401);
  };
  services.place = async () => {
    throw new ApiError(401);
  };
  await end(placeOrder("ada", request, good));
  services.order = shop.order;
  services.place = shop.place;
  vi.setSystemTime(Date.now() + 3_600_001);
  await end(resume("ada", undefined));
  expect(stage().name).toBe("form");
  expect(shop.orderKeys).toEqual([]);
});

/** An order that was placed before, and waits for its payment. */
async function otherOrder(): Promise<string> {
  const { id } = await shop.place(request, "of before");
  services.order = async (asked) =>
    asked === id ? { ...(await shop.order(id)), status: "awaiting_payment" } : shop.order(asked);
  services.payments = async (asked) => (asked === id ? null : shop.payments());
  return id;
}

test("the page of an order leaves what is under way alone, and then goes on with its own order", async () => {
  const other = await otherOrder();
  const buying = placeOrder("ada", request, good);
  await vi.advanceTimersByTimeAsync(1);
  await resume("ada", other);
  expect(useCheckout.getState().attempt?.orderId).toBe("order-2");
  await end(buying);
  expect(stage()).toMatchObject({ name: "paid", order: { id: "order-2" } });
  await end(resume("ada", other));
  expect(stage()).toMatchObject({ name: "unpaid", order: { id: other } });
});

test("an order's page is about that order when another one was not placed, and the other is not lost", async () => {
  const other = await otherOrder();
  services.place = async (_, key) => {
    shop.orderKeys.push(key);
    throw new ApiError(0);
  };
  await end(placeOrder("ada", request, good));
  expect(stage().name).toBe("unreachable");
  const tries = shop.orderKeys.length;
  await end(resume("ada", other));
  await end(tryAgain());
  expect(stage()).toMatchObject({ name: "unpaid", order: { id: other } });
  expect(shop.orderKeys).toHaveLength(tries);

  services.place = shop.place;
  await end(resume("ada", undefined));
  expect(stage()).toMatchObject({ name: "unpaid", order: { id: "order-2" } });
  expect(shop.orderKeys.at(-1)).toBe(shop.orderKeys[tries - 1]);
});

test("a declined order stays the one that is paid here while another tab pays another order", async () => {
  await end(placeOrder("ada", request, bad));
  vi.resetModules();
  const otherTab = await import("./checkout");
  Object.assign((await import("./services")).services, shop);
  const { id } = await shop.place(request, "of before");
  await end(otherTab.resume("ada", id));
  await end(followOtherTab("ada"));
  otherTab.reset();
  await end(followOtherTab("ada"));
  expect(stage()).toMatchObject({ name: "declined", order: { id: "order-1" } });

  const pay = vi.spyOn(services, "pay");
  await end(payWith(good));
  expect(pay.mock.calls.map(([orderId]) => orderId)).toEqual(["order-1"]);
});

test("a click does not pay what another tab ordered", async () => {
  await otherOrder();
  keepAttempt({
    userId: "ada",
    orderKey: "of before",
    at: Date.now(),
    request: { ...request, expectedTotalCents: 9900 },
  });
  await end(placeOrder("ada", request, good));
  expect(stage()).toMatchObject({ name: "unpaid", order: { id: "order-1" } });
  expect(shop.paymentKeys).toEqual([]);
});

test("an order whose answer comes after the logout is remembered without what was typed", async () => {
  let answer = () => {};
  services.place = async (...given) => {
    await new Promise<void>((resolve) => (answer = resolve));
    return shop.place(...given);
  };
  const address = { name: "Ada", line1: "Square 12", country: "DE" };
  const buying = placeOrder("ada", { ...request, shippingAddress: address }, good);
  await vi.advanceTimersByTimeAsync(1);
  logOut({ expired: false });
  forgetOthers(undefined);
  answer();
  await end(buying);
  expect(currentAttempt()).toBeNull();
  expect(JSON.stringify(localStorage)).not.toContain("Square 12");
  expect(useCheckout.getState()).toEqual({ stage: { name: "form" } });

  await seen({ id: "order-1", status: "paid" });
  expect(useCart.getState().lines).toEqual([]);
});

test("a checkout that a logout left behind does not go on after the next login", async () => {
  let answer = () => {};
  services.place = async (...given) => {
    await new Promise<void>((resolve) => (answer = resolve));
    return shop.place(...given);
  };
  const buying = placeOrder("ada", request, good);
  await vi.advanceTimersByTimeAsync(1);
  forgetOthers(undefined);
  answer();
  await end(buying);
  expect(shop.paymentKeys).toEqual([]);
});

test("an order that is paid later leaves the cart, and its payment joins the trace of its first click", async () => {
  provide(new Waiting());
  await end(placeOrder("ada", request, bad));
  const { traceId } = useCheckout.getState();
  expect(traceId).toMatch(/^[0-9a-f]{32}$/);
  reset();
  await end(resume("ada", "order-1"));
  await end(payWith(good));
  expect(stage().name).toBe("paid");
  expect(useCheckout.getState().traceId).toBe(traceId);
  expect(useCart.getState().lines).toEqual([]);
});
