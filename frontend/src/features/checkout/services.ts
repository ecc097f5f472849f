import { api, data } from "@/shared/api/client";
import { ApiError } from "@/shared/api/problem";
import type { Card, Order, OrderRequest, Payment, Payments } from "@/shared/api/types";

/** What a checkout asks of the order and the payment service. */
export interface Services {
  place(request: OrderRequest, key: string): Promise<Order>;
  order(id: string): Promise<Order>;
  pay(orderId: string, card: Card, key: string): Promise<Payment>;
  /** null while there is none. */
  payments(orderId: string): Promise<Payments | null>;
}

export const services: Services = {
  place: (body, key) =>
    data(api.POST("/api/orders", { body, params: { header: { "Idempotency-Key": key } } })),
  order: (id) => data(api.GET("/api/orders/{order_id}", { params: { path: { order_id: id } } })),
  pay: (orderId, card, key) =>
    data(
      api.POST("/api/payments", { body: { orderId, card }, params: { header: { "Idempotency-Key": key } } }),
    ),
  payments: (orderId) =>
    data(api.GET("/api/payments/{order_id}", { params: { path: { order_id: orderId } } })).catch((error) => {
      if (error instanceof ApiError && error.status === 404) return null;
      throw error;
    }),
};
