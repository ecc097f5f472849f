import type { Card } from "@/shared/api/types";

/** The numbers that the payment service takes, and what the provider does with each. */
export const testCards = [
  { number: "4242424242424242", name: "Succeeds", does: "is charged at once" },
  { number: "4000000000000002", name: "Declined", does: "is declined, so that you can try another" },
  { number: "4000000000000077", name: "Slow", does: "takes five seconds" },
  { number: "4000000000000259", name: "Silent", does: "never calls back; the shop finds out by asking" },
  {
    number: "4000000000000341",
    name: "Twice",
    does: "calls back twice and out of order; it is charged once",
  },
] as const;

export interface TypedCard {
  number: string;
  expiry: string;
  cvc: string;
}

export function filledWith(number: string): TypedCard {
  return { number: spaced(number), expiry: "12/40", cvc: "123" };
}

/** Groups of four, as on the card. */
export function spaced(typed: string): string {
  return (
    typed
      .replace(/\D/g, "")
      .slice(0, 16)
      .match(/.{1,4}/g) ?? []
  ).join(" ");
}

/** The card that was typed, or what is wrong with each field. */
export function readCard(
  typed: TypedCard,
  now = new Date(),
): { card: Card } | { faults: Partial<TypedCard> } {
  const number = typed.number.replace(/\D/g, "");
  const expiry = /^(0?[1-9]|1[0-2])\s*\/\s*(?:20)?(\d{2})$/.exec(typed.expiry.trim());
  const faults: Partial<TypedCard> = {};
  if (!testCards.some((card) => card.number === number))
    faults.number = "Only the test cards shown here are taken.";
  const [expMonth, expYear] = [Number(expiry?.[1]), 2000 + Number(expiry?.[2])];
  if (!expiry) faults.expiry = "As on the card: 12/40.";
  // Good until the end of its month, in UTC as for the payment service.
  else if (Date.UTC(expYear, expMonth) <= now.getTime()) faults.expiry = "This card has expired.";
  if (!/^\d{3,4}$/.test(typed.cvc.trim())) faults.cvc = "3 or 4 digits.";
  if (Object.keys(faults).length > 0) return { faults };
  return { card: { number, expMonth, expYear, cvc: typed.cvc.trim() } };
}
