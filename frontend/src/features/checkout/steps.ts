import { ApiError } from "@/shared/api/problem";
import type { Card, Order } from "@/shared/api/types";
import { ask, insist, sleep, TookTooLong } from "@/shared/waiting";
import { withSpan } from "@/telemetry";
import type { Attempt } from "./attempt";
import type { Services } from "./services";
import type { Stage } from "./stage";

/** How long a page waits for others, in ms. An order goes on without it. */
export const patience = { reserving: 30_000, processing: 60_000, paid: 20_000 };

/** A card that a customer sent off, with the Idempotency-Key of that click. */
export interface CardSent {
  card: Card;
  key: string;
}

interface Step {
  services: Services;
  show: (stage: Stage) => void;
}

/**
 * The order of an attempt, placed if it is not yet, with its stock decided.
 * @param keep told of the order's id as soon as it is known
 */
export async function reserve(
  attempt: Attempt,
  { services, show }: Step,
  keep: (order: Order) => void,
): Promise<Order> {
  const { request, orderKey, orderId } = attempt;
  show({ name: "placing" });
  const placed = await insist(
    () => (request && !orderId ? services.place(request, orderKey) : services.order(orderId ?? "")),
    (trouble) => show({ name: "placing", trouble }),
  );
  keep(placed);
  if (placed.status !== "pending") return placed;
  show({ name: "reserving", order: placed });
  return decided(
    placed,
    "reserving",
    ask(
      (last: Order = placed) => services.order(placed.id, last),
      ({ status }) => status !== "pending",
      patience.reserving,
    ),
  );
}

/** What became of an order that is not pending; `sent` is the card to pay it with, if there is one. */
export async function settle(order: Order, sent: CardSent | null, step: Step): Promise<Stage> {
  if (order.status === "rejected" || order.status === "cancelled") return { name: order.status, order };
  if (order.status === "paid" || order.status === "fulfilled") return { name: "paid", order };
  // After a reload a payment may be under way that this page knows nothing of.
  if (!sent) {
    const known = await insist(
      () => step.services.payments(order.id),
      () => undefined,
    );
    if (known?.status === "processing" || known?.status === "succeeded") return result(order, step);
    if (known?.status === "failed") return { name: "declined", order, reason: known.reason ?? "" };
    return { name: "unpaid", order }; // also after a charge that came too late, which is refunded
  }
  return withSpan("pay", { "shop.order.id": order.id }, () => pay(order, sent, step));
}

async function pay(order: Order, sent: CardSent, step: Step): Promise<Stage> {
  step.show({ name: "paying", order });
  const send = async () => {
    try {
      await step.services.pay(order.id, sent.card, sent.key);
    } catch (error) {
      if (!(error instanceof ApiError && error.status === 409)) throw error;
      // Not yet reserved in the eyes of the payment service: the same again, as it says.
      if (error.members.orderStatus === "pending") {
        await sleep((error.retryAfter ?? 1) * 1000);
        return send();
      }
      // Paid, being paid, or cancelled meanwhile: the answer is in the order and its payments.
      if (!["already-paid", "wrong-state"].includes(error.kind)) throw error;
    }
  };
  await insist(send, (trouble) => step.show({ name: "paying", order, trouble }));
  return result(order, step);
}

/** Wait for the payment, then for what it did to the order. */
async function result(order: Order, { services, show }: Step): Promise<Stage> {
  show({ name: "processing", order });
  const payment = await decided(
    order,
    "processing",
    ask(
      () => services.payments(order.id),
      (latest) => latest?.status !== "processing",
      patience.processing,
    ),
  );
  if (payment?.status === "failed") return { name: "declined", order, reason: payment.reason ?? "" };
  const now = await decided(
    order,
    "processing",
    ask(
      (last: Order = order) => services.order(order.id, last),
      ({ status }) => ["paid", "fulfilled", "cancelled"].includes(status),
      patience.paid,
    ),
  );
  return now.status === "cancelled" ? { name: "cancelled", order: now } : { name: "paid", order: now };
}

/** Ends a checkout that cannot be followed to its end. */
export class Stopped extends Error {
  constructor(readonly stage: Stage) {
    super(stage.name);
  }
}

async function decided<T>(order: Order, during: "reserving" | "processing", asked: Promise<T>): Promise<T> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof TookTooLong) throw new Stopped({ name: "slow", order, during });
    throw error;
  }
}
