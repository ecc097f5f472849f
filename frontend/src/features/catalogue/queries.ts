import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { api, data } from "@/shared/api/client";
import type { Product } from "@/shared/api/types";
import { shopCurrency } from "@/shared/money";
import { asQuery, type Filters } from "./filters";

const pageSize = 24; // fills rows of 2, 3 and 4

export const productsQuery = (filters: Filters) => {
  const query = asQuery(filters, shopCurrency);
  return infiniteQueryOptions({
    queryKey: ["products", "list", query],
    initialPageParam: {} as { cursor?: string; q?: string },
    queryFn: ({ pageParam, signal }) =>
      data(
        api.GET("/api/products", {
          params: { query: { ...query, ...pageParam, limit: pageSize } },
          signal,
        }),
      ),
    // A list of words that were corrected goes on with those words.
    getNextPageParam: ({ nextCursor, searchedFor }, _pages, { q }) => {
      const words = searchedFor ?? q;
      return nextCursor ? { cursor: nextCursor, ...(words && { q: words }) } : undefined;
    },
  });
};

/** Other products of the same category. */
export const relatedQuery = ({ id, category }: Pick<Product, "id" | "category">) =>
  queryOptions({
    queryKey: ["products", "related", category],
    queryFn: ({ signal }) =>
      data(api.GET("/api/products", { params: { query: { category, limit: 6 } }, signal })),
    select: ({ items }) => items.filter((product) => product.id !== id && product.stock > 0).slice(0, 4),
  });

/** The first products that a search would find, while its words are typed. */
export const suggestionsQuery = (q: string) =>
  queryOptions({
    queryKey: ["products", "suggestions", q],
    enabled: q.length >= 2,
    queryFn: ({ signal }) => data(api.GET("/api/products", { params: { query: { q, limit: 6 } }, signal })),
  });

export const categoriesQuery = queryOptions({
  queryKey: ["products", "categories"],
  queryFn: ({ signal }) => data(api.GET("/api/products/categories", { signal })),
});
