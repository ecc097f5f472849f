import { api, data } from "./client";
import type { Order, OrderRequest } from "./types";

const wait = 9; // s; the service waits no longer

/** The order that was read last, its ETag, and whether the service waited for news of it. */
let last: { order: Order; tag: string; waited: boolean } | undefined;

/** Place an order; the same key gives the same one. Its first state needs no question. */
export async function placeOrder(body: OrderRequest, key: string): Promise<Order> {
  return keep(api.POST("/api/orders", { body, params: { header: { "Idempotency-Key": key } } }));
}

/**
 * An order. Where the page shows it already, the answer comes as soon as it has moved, or after some seconds.
 * @param shown what the page shows of it
 */
export async function readOrder(id: string, shown?: Order, signal?: AbortSignal): Promise<Order> {
  const known =
    last?.order.id === id && last.tag && last.order.updatedAt === shown?.updatedAt ? last : undefined;
  const headers = known && { "If-None-Match": known.tag, Prefer: `wait=${wait}` };
  const asked = api.GET("/api/orders/{order_id}", { params: { path: { order_id: id } }, headers, signal });
  const response = await asked.then(
    (answer) => answer.response,
    () => undefined,
  );
  if (known && response?.status === 304) {
    last = { ...known, waited: response.headers.has("Preference-Applied") };
    return known.order;
  }
  return keep(asked);
}

async function keep(asked: Promise<{ data?: Order; error?: unknown; response: Response }>): Promise<Order> {
  const order = await data(asked);
  const { headers } = (await asked).response;
  last = { order, tag: headers.get("ETag") ?? "", waited: headers.has("Preference-Applied") };
  return order;
}

/** How long to rest before an order is read again, in ms: a service that waits for news needs no rest. */
export const rest = (): number => (last?.waited ? 250 : 1500);
