import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { api, data } from "@/shared/api/client";
import { shopCurrency } from "@/shared/money";
import { asQuery, type Filters } from "./filters";

const pageSize = 24; // fills rows of 2, 3 and 4

export const productsQuery = (filters: Filters) => {
  const query = asQuery(filters, shopCurrency);
  return infiniteQueryOptions({
    queryKey: ["products", "list", query],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      data(
        api.GET("/api/products", {
          params: { query: { ...query, limit: pageSize, cursor: pageParam } },
          signal,
        }),
      ),
    getNextPageParam: (page) => page.nextCursor ?? undefined,
  });
};

export const categoriesQuery = queryOptions({
  queryKey: ["products", "categories"],
  queryFn: ({ signal }) => data(api.GET("/api/products/categories", { signal })),
});
