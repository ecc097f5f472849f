import { create } from "zustand";
import { persist } from "zustand/middleware";
import { alone } from "@/shared/alone";
import { readOrder } from "@/shared/api/orders";
import { ApiError } from "@/shared/api/problem";
import type { Order } from "@/shared/api/types";
import { personOf, useSession } from "@/shared/session/session";
import { isObject, isTextOrAbsent, stored } from "@/shared/stored";
import { takeOut, useCart, type Line } from "./store";

/**
 * An order that was placed from the cart here and is not known to be paid or to be over. It outlives the checkout and
 * a logout, and holds no address and no card.
 */
interface Ordered {
  userId: string;
  /** The Idempotency-Key of the order. */
  orderKey: string;
  /** What of it is still in the cart. */
  items: Pick<Line, "productId" | "quantity">[];
  /** Known when the order service has answered. */
  orderId?: string | undefined;
  /** The span of the click that placed it, for a later payment. */
  traceparent?: string | undefined;
}

const most = 20; // orders; an unpaid one is cancelled after some minutes

const useOrdered = create<{ orders: Ordered[] }>()(
  persist(
    (): { orders: Ordered[] } => ({ orders: [] }),
    stored("glasshouse.ordered", ({ orders }) => ({
      orders: Array.isArray(orders) ? orders.filter(isOrdered) : [],
    })),
  ),
);

function isOrdered(value: unknown): value is Ordered {
  if (!isObject(value) || typeof value.userId !== "string" || typeof value.orderKey !== "string")
    return false;
  const { items, orderId, traceparent } = value;
  const isItem = (item: unknown) =>
    isObject(item) && typeof item.productId === "string" && typeof item.quantity === "number";
  return (
    Array.isArray(items) && items.every(isItem) && isTextOrAbsent(orderId) && isTextOrAbsent(traceparent)
  );
}

/** As all tabs know them. */
function known(): Ordered[] {
  void useOrdered.persist.rehydrate();
  return useOrdered.getState().orders;
}

function write(orders: Ordered[]): void {
  useOrdered.setState({ orders: orders.slice(-most) });
}

/** Before an order is sent. */
export function remember(order: Ordered): void {
  write([...known(), order]);
}

/** The order service has answered. An order that is forgotten stays so. */
export function learn(orderKey: string, more: Pick<Ordered, "orderId" | "traceparent">): void {
  write(known().map((order) => (order.orderKey === orderKey ? { ...order, ...more } : order)));
}

/** The order was not accepted. */
export function forget(orderKey: string): void {
  write(known().filter((order) => order.orderKey !== orderKey));
}

export function traceparentOf(orderId: string): string | undefined {
  return known().find((order) => order.orderId === orderId)?.traceparent;
}

/** An order was read. What is paid leaves the cart, once in all tabs; an order that is over is forgotten. */
export async function seen({ id, status }: Pick<Order, "id" | "status">): Promise<void> {
  const isPaid = status === "paid" || status === "fulfilled";
  const isOver = isPaid || status === "rejected" || status === "cancelled";
  if (!isOver || !known().some(({ orderId }) => orderId === id)) return;
  await alone("glasshouse.ordered", async () => {
    const order = known().find(({ orderId }) => orderId === id);
    if (!order) return;
    forget(order.orderKey);
    if (!isPaid) return;
    void useCart.persist.rehydrate();
    takeOut(order.items);
  });
}

/** What became of this person's orders. */
export async function lookAgain(userId: string): Promise<void> {
  for (const order of known()) {
    if (order.userId !== userId || !order.orderId) continue;
    await readOrder(order.orderId).then(seen, (error: unknown) => {
      if (error instanceof ApiError && error.status === 404) forget(order.orderKey);
    });
  }
}

/** Look at them when the shop is opened and when somebody logs in. */
export function lookWhenOpened(): void {
  let person: string | undefined;
  const look = ({ tokens }: Pick<ReturnType<typeof useSession.getState>, "tokens">) => {
    const before = person;
    person = personOf(tokens)?.id;
    if (person && person !== before) void lookAgain(person);
  };
  look(useSession.getState());
  useSession.subscribe(look);
}

/** What the customer takes out is no longer there to be taken out: what is put in later stays. */
useCart.subscribe(({ lines }) => {
  const orders = known();
  const inCart = (id: string) => lines.find(({ productId }) => productId === id)?.quantity ?? 0;
  const isThere = ({ productId, quantity }: Ordered["items"][number]) => quantity <= inCart(productId);
  if (orders.every(({ items }) => items.every(isThere))) return;
  const left = (items: Ordered["items"]) =>
    items.map(({ productId, quantity }) => ({ productId, quantity: Math.min(quantity, inCart(productId)) }));
  write(orders.map((order) => ({ ...order, items: left(order.items) })));
});
