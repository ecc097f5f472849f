import type { Order, OrderStatus, Payments } from "@/shared/api/types";
import { formatTime } from "@/shared/time";

export interface StatusView {
  label: string;
  tone: "busy" | "good" | "bad" | "calm";
  /** What it means for the customer. */
  meaning: string;
  /** Nothing changes any more by itself. */
  isFinal: boolean;
  canCancel: boolean;
  canPay: boolean;
}

/** The states of an order (services/order/states.py), as a customer sees them. */
export const statuses: Record<OrderStatus, StatusView> = {
  pending: {
    label: "Processing",
    tone: "busy",
    meaning: "We are reserving your items.",
    isFinal: false,
    canCancel: true,
    canPay: false,
  },
  awaiting_payment: {
    label: "Awaiting payment",
    tone: "busy",
    meaning: "Pay to complete the order.",
    isFinal: false,
    canCancel: true,
    canPay: true,
  },
  payment_failed: {
    label: "Payment failed",
    tone: "bad",
    meaning: "The payment did not succeed, and nothing was charged. Try another card.",
    isFinal: false,
    canCancel: true,
    canPay: true,
  },
  paid: {
    label: "Paid",
    tone: "good",
    meaning: "Your order is paid. We will send it soon.",
    isFinal: true,
    canCancel: false,
    canPay: false,
  },
  fulfilled: {
    label: "Sent",
    tone: "good",
    meaning: "It is on its way to you.",
    isFinal: true,
    canCancel: false,
    canPay: false,
  },
  rejected: {
    label: "Out of stock",
    tone: "bad",
    meaning: "There was not enough in stock. Nothing was charged.",
    isFinal: true,
    canCancel: false,
    canPay: false,
  },
  cancelled: {
    label: "Cancelled",
    tone: "calm",
    meaning: "The order is cancelled. Any payment is refunded.",
    isFinal: true,
    canCancel: false,
    canPay: false,
  },
};

const confirming: StatusView = {
  label: "Confirming payment",
  tone: "busy",
  meaning: "We have your payment and are waiting for the payment provider to confirm it. Do not pay again.",
  isFinal: false,
  canCancel: true,
  canPay: false,
};

export const unclear: StatusView = {
  label: "Payment not known",
  tone: "busy",
  meaning:
    "The payment service is not answering, so we do not know whether you have paid. Please wait: we keep asking.",
  isFinal: false,
  canCancel: true,
  canPay: false,
};

/**
 * How an order looks together with its payments: it learns of a charge only when the provider has called back.
 * @param payments null while there is none, undefined while they are asked for
 * @param failed they could not be read
 */
export function viewOf(
  status: OrderStatus,
  payments: Payments | null | undefined,
  failed = false,
): StatusView {
  if (!statuses[status].canPay) return statuses[status];
  if (failed) return unclear;
  const isCharged = payments?.status === "processing" || payments?.status === "succeeded";
  return isCharged ? confirming : statuses[status];
}

const payWithin = 15 * 60_000; // ms, the order service's ORDER_EXPIRY_SECONDS

/** When an unpaid order is cancelled, as a time of day. */
export function reservedUntil({ createdAt }: Pick<Order, "createdAt">): string {
  return formatTime(new Date(Date.parse(createdAt) + payWithin), "time");
}
