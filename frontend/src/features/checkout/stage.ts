import type { ApiError } from "@/shared/api/problem";
import type { Order } from "@/shared/api/types";

/** Where a checkout is, as the page shows it. */
export type Stage =
  /** Nothing is under way: address, card and "Place order". */
  | { name: "form" }
  | { name: "placing"; trouble?: ApiError }
  | { name: "reserving"; order: Order; trouble?: ApiError }
  /** Reserved, and a card is needed: after a reload, for an order from before, or because a card was not accepted. */
  | { name: "unpaid"; order: Order; problem?: ApiError }
  | { name: "paying"; order: Order; trouble?: ApiError }
  | { name: "processing"; order: Order }
  | { name: "paid"; order: Order }
  | { name: "declined"; order: Order; reason: string }
  | { name: "rejected"; order: Order }
  | { name: "cancelled"; order: Order }
  /** No order was made: the prices are others than those that were shown. */
  | { name: "price-changed"; before: number; now: number }
  /** Nothing final came in time; the order goes on without us. */
  | { name: "slow"; order: Order; during: "reserving" | "processing" }
  /** No answer, after some tries. What was sent may have arrived: trying again sends the same. */
  | { name: "unreachable"; order?: Order; problem: ApiError }
  /** The order was refused, and would be again: the attempt is over. */
  | { name: "refused"; problem: ApiError }
  /** Nobody knows of an order of that id: the attempt is over. */
  | { name: "missing"; problem: ApiError }
  /** What follows the order was refused. */
  | { name: "stuck"; order?: Order; problem: ApiError };

export const isUnderWay = ({ name }: Stage) =>
  ["placing", "reserving", "paying", "processing"].includes(name);

/** The attempt is over. */
export const hasEnded = ({ name }: Stage) =>
  ["paid", "rejected", "cancelled", "price-changed", "refused", "missing"].includes(name);
