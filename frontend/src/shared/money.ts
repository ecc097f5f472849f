const locale = "en";

/** For what names no currency of its own: an empty cart, a price to search by. Products carry theirs. */
export const shopCurrency = "EUR";

function digits(currency: string): number {
  return (
    new Intl.NumberFormat(locale, { style: "currency", currency }).resolvedOptions().maximumFractionDigits ??
    2
  );
}

/** @param minor minor units: cents of EUR, yen of JPY */
export function formatMoney(minor: number, currency: string): string {
  const amount = minor / 10 ** digits(currency);
  return new Intl.NumberFormat(locale, { style: "currency", currency }).format(amount);
}

/** What was typed, as minor units: "12", "12.5" and "12,50" are prices; undefined for what is none. */
export function parseMoney(typed: string, currency: string): number | undefined {
  const places = digits(currency);
  const match = /^(\d{1,9})(?:[.,](\d*))?$/.exec(typed.trim());
  const fraction = match?.[2] ?? "";
  if (!match || fraction.length > places) return undefined;
  return Number(match[1] + fraction.padEnd(places, "0"));
}

/** Minor units as one would type them: 1250 is "12.50", 1200 is "12". */
export function typedMoney(minor: number, currency: string): string {
  const places = digits(currency);
  const text = (minor / 10 ** places).toFixed(places);
  return text.replace(/\.0+$/, "");
}
