import { queryOptions } from "@tanstack/react-query";
import { api, data } from "./client";

/** One product; several features show it. */
export const productQuery = (id: string) =>
  queryOptions({
    queryKey: ["products", "one", id],
    queryFn: ({ signal }) =>
      data(api.GET("/api/products/{product_id}", { params: { path: { product_id: id } }, signal })),
  });
