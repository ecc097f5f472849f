import { useQueries } from "@tanstack/react-query";
import { isGone, productQuery } from "@/shared/api/queries";
import type { Product } from "@/shared/api/types";
import { shopCurrency } from "@/shared/money";
import { count, maxPieces, useCart, type Line } from "./store";

export interface PricedLine extends Line {
  product: Product | undefined;
  /** It is not sold any more. */
  gone: boolean;
}

/** The cart with today's products. */
export function usePricedCart() {
  const lines = useCart((state) => state.lines);
  const found = useQueries({ queries: lines.map(({ productId }) => productQuery(productId)) });
  return {
    ...price(lines, found),
    isLoading: found.some(({ isLoading }) => isLoading),
    error: found.find(({ error }) => error && !isGone(error))?.error,
    retry: () => found.forEach((query) => query.isError && void query.refetch()),
  };
}

/** The lines with what was found of each. */
export function price(lines: Line[], found: { data?: Product | undefined; error: unknown }[]) {
  const priced = lines.map((line, index): PricedLine => {
    const gone = isGone(found[index]?.error);
    return { ...line, product: gone ? undefined : found[index]?.data, gone };
  });
  const isTooMany = count(lines) > maxPieces;
  return {
    lines: priced,
    currency: priced.find(({ product }) => product)?.product?.currency ?? shopCurrency,
    total: priced.reduce((sum, { product, quantity }) => sum + (product?.priceCents ?? 0) * quantity, 0),
    /** More pieces than an order may have. */
    isTooMany,
    /** Nothing stands against ordering it. */
    isOrderable: priced.length > 0 && !isTooMany && priced.every(isAvailable),
  };
}

function isAvailable({ product, quantity }: PricedLine): boolean {
  return product !== undefined && product.stock >= quantity;
}
