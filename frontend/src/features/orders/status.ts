import type { OrderStatus, Payments } from "@/shared/api/types";

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
    meaning: "Everything is reserved for you for 15 minutes. Pay to complete the order.",
    isFinal: false,
    canCancel: true,
    canPay: true,
  },
  payment_failed: {
    label: "Payment declined",
    tone: "bad",
    meaning: "The card was declined and nothing was charged. Everything is still reserved: try another card.",
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

export const confirming: StatusView = {
  label: "Confirming payment",
  tone: "busy",
  meaning: "We have your payment and are waiting for the payment provider to confirm it. Do not pay again.",
  isFinal: false,
  canCancel: true,
  canPay: false,
};

/** How an order looks together with its payments: it learns of a charge only when the provider has called back. */
export function viewOf(status: OrderStatus, payments: Payments | null | undefined): StatusView {
  const isCharged = payments?.status === "processing" || payments?.status === "succeeded";
  return statuses[status].canPay && isCharged ? confirming : statuses[status];
}
