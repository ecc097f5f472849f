import { useQueries } from "@tanstack/react-query";
import { ApiError } from "@/shared/api/problem";
import { productQuery } from "@/shared/api/queries";
import type { Product } from "@/shared/api/types";
import { shopCurrency } from "@/shared/money";
import { useCart, type Line } from "./store";

export interface PricedLine extends Line {
  product: Product | undefined;
  /** It is not sold any more. */
  gone: boolean;
}

/** The cart with today's products. */
export function usePricedCart() {
  const lines = useCart((state) => state.lines);
  const found = useQueries({ queries: lines.map(({ productId }) => productQuery(productId)) });
  const priced = lines.map((line, index): PricedLine => {
    const error = found[index]?.error;
    return { ...line, product: found[index]?.data, gone: error instanceof ApiError && error.status === 404 };
  });
  const failed = found.find(({ error }) => error && !(error instanceof ApiError && error.status === 404));
  return {
    lines: priced,
    isLoading: found.some(({ isLoading }) => isLoading),
    error: failed?.error,
    retry: () => found.forEach((query) => query.isError && void query.refetch()),
    currency: priced.find(({ product }) => product)?.product?.currency ?? shopCurrency,
    total: priced.reduce((sum, { product, quantity }) => sum + (product?.priceCents ?? 0) * quantity, 0),
    /** Nothing stands against ordering it. */
    isOrderable:
      priced.length > 0 && priced.every(({ product, quantity }) => product && product.stock >= quantity),
  };
}
