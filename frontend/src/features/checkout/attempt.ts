import { create } from "zustand";
import { persist } from "zustand/middleware";
import type { OrderRequest } from "@/shared/api/types";
import { isObject, isTextOrAbsent, stored } from "@/shared/stored";

/**
 * One attempt to buy, from "Place order" to a final state. One that began with the cart is kept: it outlives a reload
 * and is the same in all tabs, so that whatever happens in between the same order is meant: before the order's id is
 * known, by key and request, which the order service answers with the order that they made the first time.
 */
export interface Attempt {
  userId: string;
  /** The Idempotency-Key of the order; empty for an order that was placed before. */
  orderKey: string;
  /** When it began, in ms since 1970; absent as `request` is. */
  at?: number | undefined;
  /** Absent for an order that was placed before and is to be paid now. */
  request?: OrderRequest | undefined;
  orderId?: string | undefined;
  /** The span of the first click, on which everything later hangs. */
  traceparent?: string | undefined;
}

/** Whether it is this person's attempt to pay the order, or without an order to buy what is in the cart. */
export function isOf(attempt: Attempt, userId: string, orderId: string | undefined): boolean {
  if (attempt.userId !== userId) return false;
  return orderId ? attempt.orderId === orderId : attempt.request !== undefined;
}

const key = "glasshouse.checkout";

/**
 * In ms. An attempt without an order that is older is forgotten: opening the checkout must not buy what was in the
 * cart days ago, and the order service knows its key only for a day.
 */
const newFor = 3_600_000;

export const useAttempt = create<{ attempt: Attempt | null }>()(
  persist(
    (): { attempt: Attempt | null } => ({ attempt: null }),
    stored(key, ({ attempt }) => ({ attempt: isAttempt(attempt) ? attempt : null })),
  ),
);

function isAttempt(value: unknown): value is Attempt {
  if (!isObject(value) || typeof value.userId !== "string" || typeof value.orderKey !== "string")
    return false;
  const { at, request, orderId, traceparent } = value;
  return (
    (at === undefined || typeof at === "number") &&
    (request === undefined || isObject(request)) &&
    isTextOrAbsent(orderId) &&
    isTextOrAbsent(traceparent)
  );
}

export function isTooOld({ orderId, at = 0 }: Attempt): boolean {
  return !orderId && Date.now() - at > newFor;
}

/** The attempt that is kept, as all tabs know it. */
export function currentAttempt(): Attempt | null {
  void useAttempt.persist.rehydrate();
  const { attempt } = useAttempt.getState();
  if (attempt && isTooOld(attempt)) useAttempt.setState({ attempt: null });
  return useAttempt.getState().attempt;
}

export function keepAttempt(attempt: Attempt): void {
  useAttempt.setState({ attempt });
}

/** Keep what became known of an attempt; one that has ended, here or in another tab, is not kept again. */
export function updateAttempt(attempt: Attempt): void {
  if (currentAttempt()?.orderKey === attempt.orderKey) keepAttempt(attempt);
}

/** @param attempt the one that ends; another one stays */
export function endAttempt({ orderKey }: Attempt): void {
  if (currentAttempt()?.orderKey === orderKey) useAttempt.setState({ attempt: null });
}

export function followOtherTabs(changed: () => void): () => void {
  const follow = (event: StorageEvent) => {
    if (event.key === key) changed();
  };
  window.addEventListener("storage", follow);
  return () => window.removeEventListener("storage", follow);
}
