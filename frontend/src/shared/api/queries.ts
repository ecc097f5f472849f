import { queryOptions } from "@tanstack/react-query";
import { api, data } from "./client";
import { ApiError } from "./problem";

/** One product; several features show it. */
export const productQuery = (id: string) =>
  queryOptions({
    queryKey: ["products", "one", id],
    queryFn: ({ signal }) =>
      data(api.GET("/api/products/{product_id}", { params: { path: { product_id: id } }, signal })),
  });

/** There is no such product, or no more. A query that fails keeps what it read before, so this is asked before that is shown. */
export function isGone(error: unknown): boolean {
  return error instanceof ApiError && (error.status === 404 || error.status === 422);
}
