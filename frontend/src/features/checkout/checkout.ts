import { create } from "zustand";
import { forget, learn, lookAgain, remember, seen, traceparentOf } from "@/features/cart/ordered";
import { alone } from "@/shared/alone";
import { ApiError } from "@/shared/api/problem";
import type { Card, Order, OrderRequest } from "@/shared/api/types";
import { personOf, useSession } from "@/shared/session/session";
import { randomId, reportError, withSpan, type Action } from "@/telemetry";
import { forgetAddresses } from "./address";
import {
  currentAttempt,
  endAttempt,
  isOf,
  isTooOld,
  keepAttempt,
  updateAttempt,
  type Attempt,
} from "./attempt";
import { services, type Services } from "./services";
import { hasEnded, isUnderWay, type Stage } from "./stage";
import { reserve, settle, Stopped, type CardSent } from "./steps";

interface Checkout {
  stage: Stage;
  /** What the stage is about; absent before the first click. */
  attempt?: Attempt | undefined;
  traceId?: string | undefined;
}

const nothing: Checkout = { stage: { name: "form" } };

/** The checkout of this tab. It goes on when its page is left, and is there again on return. */
export const useCheckout = create<Checkout>(() => nothing);

/** The card of the last click. Never stored: after a reload it is asked for again. */
let sent: CardSent | null = null;
/** Checkouts that ran in this tab. One that is not the last was left behind by a logout: it sends and shows nothing. */
let runs = 0;
/** The customer is on the way to another page, and wants no more of this attempt. */
let isGivenUp = false;

const isBusy = () => isUnderWay(useCheckout.getState().stage);

/** "Place order". A second click, here or in another tab, finds the attempt of the first. */
export async function placeOrder(userId: string, request: OrderRequest, card: Card): Promise<void> {
  if (isBusy()) return;
  useCheckout.setState({ stage: { name: "placing" }, attempt: undefined });
  const attempt = await alone("glasshouse.checkout", async () => {
    const under = currentAttempt();
    if (under && isOf(under, userId, undefined)) return under;
    const fresh: Attempt = { userId, orderKey: randomId(), at: Date.now(), request };
    keepAttempt(fresh);
    remember({ userId, orderKey: fresh.orderKey, items: request.items ?? [] });
    return fresh;
  });
  // Another tab may have ordered something else: then that is shown, and this card does not pay it.
  const isSame = JSON.stringify(attempt.request) === JSON.stringify(request);
  sent = isSame ? { card, key: randomId() } : null;
  await run(attempt);
}

/** Pay with (another) card. */
export async function payWith(card: Card): Promise<void> {
  if (isBusy()) return;
  sent = { card, key: randomId() };
  await tryAgain();
}

/** Send the same again, or wait on. */
export async function tryAgain(): Promise<void> {
  const { attempt } = useCheckout.getState();
  if (attempt && !isBusy()) await run(attempt);
}

/**
 * The page of an order, or of the cart, is opened: go on with what is left of an attempt from before (a reload, another
 * tab, a login), or with an order that waits for its payment. What is under way comes first, whatever it is about.
 */
export async function resume(userId: string, orderId: string | undefined): Promise<void> {
  forgetOthers(userId);
  if (isBusy()) return;
  const { stage, attempt: here } = useCheckout.getState();
  if (here && isOf(here, userId, orderId) && !isTooOld(here)) {
    const wasLoggedOut = stage.name === "unreachable" && stage.problem.status === 401;
    // What waits for a card may have been cancelled or paid meanwhile.
    const isOld = stage.name === "unpaid" || stage.name === "declined";
    if (wasLoggedOut || isOld) await run(here);
    return;
  }
  clear();
  const kept = currentAttempt();
  if (kept && isOf(kept, userId, orderId)) await run(kept);
  else if (orderId) await run({ userId, orderKey: "", orderId, traceparent: traceparentOf(orderId) });
  else await lookAgain(userId);
}

/** Another tab began an attempt or moved it. What this tab shows of one stays, also when another tab ends it. */
export async function followOtherTab(userId: string): Promise<void> {
  if (useCheckout.getState().stage.name === "form") await resume(userId, undefined);
}

/** The page is left: what has ended was seen. */
export function leave(): void {
  if (isGivenUp) reset();
  else if (hasEnded(useCheckout.getState().stage)) clear();
}

/** Reset when the page has been left; until then it stays as it is. */
export function giveUp(): void {
  isGivenUp = true;
}

/** Leave the attempt as it is; an order that was placed waits, and can be paid from the history. */
export function reset(): void {
  const { attempt } = useCheckout.getState();
  if (attempt) endAttempt(attempt);
  clear();
}

function clear(): void {
  runs++;
  sent = null;
  isGivenUp = false;
  useCheckout.setState(nothing, true);
}

/** What others than this person entered here is not for this one; nor for anybody, when nobody is logged in. */
export function forgetOthers(userId: string | undefined): void {
  forgetAddresses(userId);
  const { attempt } = useCheckout.getState();
  if (attempt && attempt.userId !== userId) clear();
  const kept = currentAttempt();
  if (kept && kept.userId !== userId) endAttempt(kept);
}

async function run(attempt: Attempt): Promise<void> {
  const mine = ++runs;
  isGivenUp = false;
  const isLast = () => mine === runs;
  const card = sent;
  let order: Order | undefined;
  const show = (stage: Stage) => isLast() && useCheckout.setState({ stage });
  const keep = (more: Attempt) => {
    if (!isLast()) return;
    useCheckout.setState({ attempt: more, traceId: more.traceparent?.split("-")[1] });
    updateAttempt(more);
  };
  const work = async (action: Action) => {
    const traceparent = attempt.traceparent ?? action.traceparent;
    keep({ ...attempt, traceparent });
    const step = { services: servicesFor(attempt.userId, isLast), show };
    const reserved = await reserve(attempt, step, (placed) => {
      order = placed;
      action.set({ "shop.order.id": placed.id });
      learn(attempt.orderKey, { orderId: placed.id, traceparent });
      keep({ ...attempt, traceparent, orderId: placed.id });
    });
    return settle(reserved, card, step);
  };
  useCheckout.setState({ stage: { name: "placing" }, attempt });
  const attributes: Record<string, string> = attempt.orderId ? { "shop.order.id": attempt.orderId } : {};
  const stage = await withSpan("checkout", attributes, work, attempt.traceparent).catch((error: unknown) =>
    stageAfter(error, attempt, order),
  );
  if ("order" in stage && stage.order) await seen(stage.order);
  if (stage.name === "price-changed" || stage.name === "refused") forget(attempt.orderKey);
  if (!isLast()) return;
  if (hasEnded(stage)) endAttempt(attempt);
  if (hasEnded(stage) || stage.name === "declined" || stage.name === "unpaid") sent = null;
  show(stage);
}

/** The services while this person is logged in: a checkout that goes on for another would order in their name. */
function servicesFor(userId: string, isLast: () => boolean): Services {
  const checked =
    <Given extends unknown[], Answer>(call: (...given: Given) => Promise<Answer>) =>
    async (...given: Given) => {
      if (!isLast() || personOf(useSession.getState().tokens)?.id !== userId) throw new ApiError(401);
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
function stageAfter(error: unknown, attempt: Attempt, order: Order | undefined): Stage {
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
