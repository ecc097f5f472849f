import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { seen } from "@/features/cart/ordered";
import { api, data } from "@/shared/api/client";
import { readOrder, rest } from "@/shared/api/orders";
import { ApiError } from "@/shared/api/problem";
import type { Order, OrderStatus } from "@/shared/api/types";
import { statuses } from "./status";

const pollEvery = 1500; // ms, while a payment may still change by itself
const retryEvery = 3000; // ms, while nothing could be read

export const orderQuery = (id: string) =>
  queryOptions({
    queryKey: ["orders", "one", id],
    queryFn: async ({ client, queryKey, signal }) => {
      const shown = client.getQueryData<Order>(queryKey);
      const known = shown && !statuses[shown.status].isFinal ? shown : undefined;
      const order = await readOrder(id, known, signal);
      void seen(order);
      return order;
    },
    refetchInterval: ({ state: { data, status, error } }) => {
      // An order that is not there does not come to be by asking.
      if (!data || statuses[data.status].isFinal) return false;
      if (status !== "error") return rest();
      const asked = error instanceof ApiError ? (error.retryAfter ?? 0) * 1000 : 0;
      return Math.max(retryEvery, asked);
    },
  });

export const historyQuery = (userId: string) =>
  infiniteQueryOptions({
    queryKey: ["orders", "of", userId],
    initialPageParam: undefined as string | undefined,
    queryFn: async ({ pageParam, signal }) => {
      const page = await data(
        api.GET("/api/orders/user/{user_id}", {
          params: { path: { user_id: userId }, query: { cursor: pageParam } },
          signal,
        }),
      );
      page.items.forEach((order) => void seen(order));
      return page;
    },
    getNextPageParam: (page) => page.nextCursor ?? undefined,
  });

/** What happened to an order. Asked again when the order moves. */
export const timelineQuery = ({ id, updatedAt }: Order) =>
  queryOptions({
    queryKey: ["orders", "timeline", id, updatedAt],
    queryFn: ({ signal }) =>
      data(api.GET("/api/orders/{order_id}/history", { params: { path: { order_id: id } }, signal })),
  });

/** The payments of an order; null while there is none. */
export const paymentsQuery = (orderId: string, status: OrderStatus | undefined) =>
  queryOptions({
    // Asked again when the order moves: its payments moved before.
    queryKey: ["payments", orderId, status],
    enabled: status !== undefined,
    queryFn: ({ signal }) =>
      data(api.GET("/api/payments/{order_id}", { params: { path: { order_id: orderId } }, signal })).catch(
        (error) => {
          if (error instanceof ApiError && error.status === 404) return null;
          throw error;
        },
      ),
    refetchInterval: ({ state: { data, errorUpdateCount } }) => {
      if (data === undefined) return errorUpdateCount > 0 && retryEvery;
      return data && ["processing", "refunding"].includes(data.status) ? pollEvery : false;
    },
  });
