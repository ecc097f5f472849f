import type { OrderStatus, OrderTimeline, Payments } from "@/shared/api/types";
import { formatMoney } from "@/shared/money";

export interface Moment {
  key: string;
  title: string;
  detail?: string | undefined;
  at: string;
  tone: "good" | "bad" | "calm";
  /** Which service knows it. */
  by: "order-service" | "payment-service";
  /** ms since the moment before; absent for the first. */
  after?: number;
}

/** What happened to an order and its payments, in the order in which it did. */
export function momentsOf({ steps }: OrderTimeline, payments: Payments | null | undefined): Moment[] {
  const moments = [...ofOrder(steps), ...ofPayments(payments)];
  moments.sort((one, other) => Date.parse(one.at) - Date.parse(other.at));
  return moments.map((moment, index) => {
    const before = moments[index - 1];
    // The services' clocks may differ by some milliseconds.
    return before ? { ...moment, after: Math.max(0, Date.parse(moment.at) - Date.parse(before.at)) } : moment;
  });
}

/** ms from the first moment to the last. */
export function spanOf(moments: Moment[]): number {
  const [first, last] = [moments[0], moments.at(-1)];
  return first && last ? Date.parse(last.at) - Date.parse(first.at) : 0;
}

/** What an order that is not final waits for; undefined for one that is. */
export function waitingFor(status: OrderStatus, payments: Payments | null | undefined): string | undefined {
  if (status === "pending") return "Stock is being reserved";
  if (status !== "awaiting_payment" && status !== "payment_failed") return undefined;
  if (payments === undefined) return "We are asking for the payment";
  if (payments?.status === "processing") return "Waiting for the payment provider's call-back";
  if (payments?.status === "succeeded") return "The order is being marked as paid";
  return status === "payment_failed" ? "Waiting for another card" : "Waiting for a payment";
}

type Steps = OrderTimeline["steps"];

const titles: Record<OrderStatus, [string, Moment["tone"]]> = {
  pending: ["Order placed", "good"],
  awaiting_payment: ["Stock reserved", "good"],
  payment_failed: ["Payment failed", "bad"],
  paid: ["Order paid", "good"],
  fulfilled: ["Sent", "good"],
  rejected: ["Stock rejected", "bad"],
  cancelled: ["Order cancelled", "calm"],
};

const details: Partial<Record<OrderStatus, string>> = {
  pending: "Written down at the prices of that moment",
  paid: "What was reserved is yours",
  fulfilled: "It is on its way to you",
  awaiting_payment: "Everything is set aside for you",
  rejected: "There is not enough of something",
  payment_failed: "Everything stays reserved for another card",
};

const reasons: Record<string, string> = {
  expired: "Not paid in time",
  cancelled_by_customer: "By the customer",
  cancelled_by_admin: "By the shop",
};

function ofOrder(steps: Steps): Moment[] {
  return steps
    .filter((step, index) => !isRetry(step, steps[index - 1]))
    .map(({ seq, status, at, reasonCode }) => {
      const [title, tone] = titles[status];
      const detail = (reasonCode && reasons[reasonCode]) ?? details[status];
      return { key: `order-${seq}`, title, tone, detail, at, by: "order-service" };
    });
}

/** Another card makes a declined order wait again for one moment; its payment tells of it. */
function isRetry(step: Steps[number], before: Steps[number] | undefined): boolean {
  return step.status === "awaiting_payment" && before?.status === "payment_failed";
}

function ofPayments(payments: Payments | null | undefined): Moment[] {
  return (payments?.attempts ?? []).flatMap((payment): Moment[] => {
    const { id, card, status, reason, createdAt, updatedAt } = payment;
    const amount = formatMoney(payment.amountCents, payment.currency);
    const brand = card.brand.charAt(0).toUpperCase() + card.brand.slice(1);
    const moment = (what: string, title: string, tone: Moment["tone"], at: string, detail: string) =>
      ({ key: `payment-${id}-${what}`, title, tone, at, detail, by: "payment-service" }) as const;
    const accepted = moment(
      "accepted",
      "Payment accepted",
      "good",
      createdAt,
      `${amount} with ${brand} ending in ${card.last4}`,
    );
    const why = reason ? reason.replaceAll("_", " ") : "declined";
    const results = {
      processing: undefined,
      succeeded: moment("result", "Call-back: charged", "good", updatedAt, "The payment provider confirms"),
      failed:
        reason === "unknown_to_provider"
          ? moment("result", "Not charged", "calm", updatedAt, "The payment provider has no such charge")
          : moment("result", "Call-back: declined", "bad", updatedAt, `The payment provider says: ${why}`),
      refunding: moment("result", "Refund begun", "calm", updatedAt, `${amount} goes back to the card`),
      refunded: moment("result", "Refunded", "calm", updatedAt, `${amount} is back on the card`),
    };
    const result = results[status];
    return result ? [accepted, result] : [accepted];
  });
}
