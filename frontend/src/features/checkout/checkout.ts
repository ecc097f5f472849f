import { create } from "zustand";
import { takeOut } from "@/features/cart/store";
import { alone } from "@/shared/alone";
import { ApiError } from "@/shared/api/problem";
import type { Card, Order, OrderRequest } from "@/shared/api/types";
import { personOf, useSession } from "@/shared/session/session";
import { randomId, reportError, withSpan, type Action } from "@/telemetry";
import { useLastAddress } from "./address";
import { currentAttempt, endAttempt, keepAttempt, useAttempt, type Attempt } from "./attempt";
import { services, type Services } from "./services";
import { isUnderWay, type Stage } from "./stage";
import { reserve, settle, Stopped, type CardSent } from "./steps";

/** The checkout of this tab. It goes on when its page is left, and is there again on return. */
export const useCheckout = create<{ stage: Stage; traceId?: string }>(() => ({ stage: { name: "form" } }));

/** The card of the last click. Never stored: after a reload it is asked for again. */
let sent: CardSent | null = null;
let order: Order | undefined;

const show = (stage: Stage) => useCheckout.setState({ stage });
const stageName = () => useCheckout.getState().stage.name;

/** "Place order". A second click, here or in another tab, finds the attempt of the first. */
export async function placeOrder(userId: string, request: OrderRequest, card: Card): Promise<void> {
  if (isUnderWay(useCheckout.getState().stage)) return;
  show({ name: "placing" });
  sent = { card, key: randomId() };
  const attempt = await alone("glasshouse.checkout", async () => {
    void useAttempt.persist?.rehydrate();
    const under = currentAttempt();
    if (under?.userId === userId) return under;
    const fresh: Attempt = { userId, orderKey: randomId(), request };
    keepAttempt(fresh);
    return fresh;
  });
  await run(attempt);
}

/** Pay with (another) card. */
export async function payWith(card: Card): Promise<void> {
  const attempt = currentAttempt();
  if (!attempt || isUnderWay(useCheckout.getState().stage)) return;
  sent = { card, key: randomId() };
  await run(attempt);
}

/** Send the same again, or wait on. */
export async function tryAgain(): Promise<void> {
  const attempt = currentAttempt();
  if (attempt && !isUnderWay(useCheckout.getState().stage)) await run(attempt);
}

/** What is left of an attempt from before: a reload, another tab, a login, or an order that waits for its payment. */
export async function resume(userId: string, orderId: string | undefined): Promise<void> {
  const { stage } = useCheckout.getState();
  if (isUnderWay(stage)) return;
  const attempt = currentAttempt();
  if (attempt?.userId === userId && (!orderId || attempt.orderId === orderId)) {
    const wasLoggedOut = stage.name === "unreachable" && stage.problem.status === 401;
    // What waits for a card may have been cancelled or paid meanwhile.
    const isOld = stage.name === "unpaid" || stage.name === "declined";
    if (stage.name === "form" || wasLoggedOut || isOld) await run(attempt);
    return;
  }
  reset();
  if (orderId) await run({ userId, orderKey: "", orderId });
}

/** Another tab began an attempt, moved it or ended it. */
export async function followOtherTab(userId: string): Promise<void> {
  if (!currentAttempt()) {
    if (["unpaid", "declined", "slow", "unreachable", "stuck"].includes(stageName())) reset();
  } else if (!["unpaid", "declined"].includes(stageName())) await resume(userId, undefined); // a card is typed there
}

/** The page is left: what has ended was seen. */
export function leave(): void {
  if (!currentAttempt() && !isUnderWay(useCheckout.getState().stage)) show({ name: "form" });
}

/** Leave the attempt as it is; an order that was placed waits, and can be paid from the history. */
export function reset(): void {
  sent = null;
  order = undefined;
  endAttempt();
  show({ name: "form" });
}

/** What others than this person entered here is not for this one; nor for anybody, when nobody is logged in. */
export function forgetOthers(userId: string | undefined): void {
  if (useLastAddress.getState().userId !== userId) useLastAddress.setState({ userId: null, address: null });
  const attempt = currentAttempt();
  if (attempt && attempt.userId !== userId) reset();
}

function run(attempt: Attempt): Promise<void> {
  order = undefined;
  show({ name: "placing" });
  const attributes: Record<string, string> = attempt.orderId ? { "shop.order.id": attempt.orderId } : {};
  const work = async (action: Action) => {
    const traceparent = attempt.traceparent ?? action.traceparent;
    keepAttempt({ ...attempt, traceparent });
    useCheckout.setState({ traceId: traceparent?.split("-")[1] });
    const step = { services: servicesFor(attempt.userId), show };
    const reserved = await reserve(attempt, step, (placed) => {
      order = placed;
      action.set({ "shop.order.id": placed.id });
      keepAttempt({ ...attempt, traceparent, orderId: placed.id });
    });
    return settle(reserved, sent, step);
  };
  return withSpan("checkout", attributes, work, attempt.traceparent)
    .catch((error: unknown) => stageAfter(error, attempt))
    .then(conclude);
}

/** The services while this person is logged in: a checkout that goes on for another would order in their name. */
function servicesFor(userId: string): Services {
  const checked =
    <Given extends unknown[], Answer>(call: (...given: Given) => Promise<Answer>) =>
    async (...given: Given) => {
      if (personOf(useSession.getState().tokens)?.id !== userId) throw new ApiError(401);
      return call(...given);
    };
  return {
    place: checked(services.place),
    order: checked(services.order),
    pay: checked(services.pay),
    payments: checked(services.payments),
  };
}

/** What a failure means: whether the same may be sent again, or the attempt is over. */
function stageAfter(error: unknown, attempt: Attempt): Stage {
  if (error instanceof Stopped) return error.stage;
  if (!(error instanceof ApiError)) {
    reportError(error);
    const { traceId } = useCheckout.getState();
    return { name: "unreachable", problem: new ApiError(0, { traceId }), order };
  }
  const total = error.members.totalCents;
  if (error.status === 409 && typeof total === "number")
    return { name: "price-changed", before: attempt.request?.expectedTotalCents ?? 0, now: total };
  // 401: the session is over; the attempt waits for the login. 5xx: it is not known what was done.
  if (error.isTemporary || error.status === 401 || error.status >= 500)
    return { name: "unreachable", problem: error, order };
  if (!order && !attempt.orderId) return { name: "refused", problem: error };
  // 422 without an order: it is the id that is malformed. With one it is the card.
  if (error.status === 404 || (error.status === 422 && !order)) return { name: "missing", problem: error };
  if (order && (error.status === 400 || error.status === 422))
    return { name: "unpaid", order, problem: error };
  return { name: "stuck", order, problem: error };
}

function conclude(stage: Stage): void {
  if (["paid", "rejected", "cancelled", "price-changed", "refused", "missing"].includes(stage.name)) {
    if (stage.name === "paid") takeOut(currentAttempt()?.request?.items ?? []);
    sent = null;
    endAttempt();
  }
  if (stage.name === "declined" || stage.name === "unpaid") sent = null;
  show(stage);
}
