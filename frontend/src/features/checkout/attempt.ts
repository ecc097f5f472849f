import { create } from "zustand";
import { createJSONStorage, persist } from "zustand/middleware";
import type { OrderRequest } from "@/shared/api/types";

/**
 * One attempt to buy, from "Place order" to a final state. It outlives a reload and is the same in all tabs, so that
 * whatever happens in between the same order is meant: before the order's id is known, by key and request, which the
 * order service answers with the order that they made the first time.
 */
export interface Attempt {
  userId: string;
  /** The Idempotency-Key of the order. */
  orderKey: string;
  /** Absent for an order that was placed before and is to be paid now. */
  request?: OrderRequest;
  orderId?: string;
  /** The span of the first click, on which everything later hangs. */
  traceparent?: string;
}

const key = "glasshouse.checkout";

export const useAttempt = create<{ attempt: Attempt | null }>()(
  persist((): { attempt: Attempt | null } => ({ attempt: null }), {
    name: key,
    storage: createJSONStorage(() => localStorage),
  }),
);

export function currentAttempt(): Attempt | null {
  return useAttempt.getState().attempt;
}

export function keepAttempt(attempt: Attempt): void {
  useAttempt.setState({ attempt });
}

export function endAttempt(): void {
  useAttempt.setState({ attempt: null });
}

export function followOtherTabs(changed: () => void): () => void {
  const follow = (event: StorageEvent) => {
    if (event.key !== key) return;
    void useAttempt.persist?.rehydrate();
    changed();
  };
  window.addEventListener("storage", follow);
  return () => window.removeEventListener("storage", follow);
}
