import { infiniteQueryOptions, queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { api, data } from "@/shared/api/client";
import { isGone } from "@/shared/api/queries";
import type { NewProduct, OrderStatus, ProductEdit } from "@/shared/api/types";

const pageSize = 50;

export const adminProductsQuery = (q: string) =>
  infiniteQueryOptions({
    queryKey: ["products", "admin", q],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      data(
        api.GET("/api/products", {
          params: { query: { q: q || undefined, limit: pageSize, cursor: pageParam } },
          signal,
        }),
      ),
    getNextPageParam: (page) => page.nextCursor ?? undefined,
  });

export const statisticsQuery = queryOptions({
  queryKey: ["orders", "statistics"],
  queryFn: ({ signal }) => data(api.GET("/api/orders/statistics", { signal })),
  refetchInterval: 10_000, // ms
});

export const lowStockQuery = queryOptions({
  queryKey: ["products", "low-stock"],
  queryFn: ({ signal }) => data(api.GET("/api/products/low-stock", { signal })),
});

export const adminOrdersQuery = (status: OrderStatus | undefined) =>
  infiniteQueryOptions({
    queryKey: ["orders", "admin", status],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      data(api.GET("/api/orders", { params: { query: { status, cursor: pageParam } }, signal })),
    getNextPageParam: (page) => page.nextCursor ?? undefined,
  });

const addProduct = ({ key, ...body }: NewProduct & { key: string }) =>
  data(api.POST("/api/products", { body, params: { header: { "Idempotency-Key": key } } }));

const editProduct = ({ id, ...body }: ProductEdit & { id: string }) =>
  data(api.PUT("/api/products/{product_id}", { params: { path: { product_id: id } }, body }));

/** One that is not there is deleted already: by a request whose answer was lost, or by somebody else. */
const deleteProduct = (id: string) =>
  data(api.DELETE("/api/products/{product_id}", { params: { path: { product_id: id } } })).catch(
    (error: unknown) => {
      if (!isGone(error)) throw error;
    },
  );

const changeStock = ({ id, key, delta }: { id: string; key: string; delta: number }) =>
  data(
    api.POST("/api/products/{product_id}/stock", {
      params: { path: { product_id: id }, header: { "Idempotency-Key": key } },
      body: { delta },
    }),
  );

const setStatus = ({ id, status }: { id: string; status: OrderStatus }) =>
  data(api.PUT("/api/orders/{order_id}/status", { params: { path: { order_id: id } }, body: { status } }));

/** A change, after which all that was read of its kind is read again. */
function useChange<Input, Output>(change: (input: Input) => Promise<Output>, kind: "products" | "orders") {
  const client = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSettled: () => client.invalidateQueries({ queryKey: [kind] }),
  });
}

export const useAddProduct = () => useChange(addProduct, "products");
export const useEditProduct = () => useChange(editProduct, "products");
export const useDeleteProduct = () => useChange(deleteProduct, "products");
export const useChangeStock = () => useChange(changeStock, "products");
export const useSetStatus = () => useChange(setStatus, "orders");
