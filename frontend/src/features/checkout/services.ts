import { api, data } from "@/shared/api/client";
import { placeOrder, readOrder } from "@/shared/api/orders";
import { ApiError } from "@/shared/api/problem";
import type { Card, Order, OrderRequest, Payment, Payments } from "@/shared/api/types";

/** What a checkout asks of the order and the payment service. */
export interface Services {
  place(request: OrderRequest, key: string): Promise<Order>;
  /** With what is known of it the answer comes when it has moved. */
  order(id: string, known?: Order): Promise<Order>;
  pay(orderId: string, card: Card, key: string): Promise<Payment>;
  /** null while there is none. */
  payments(orderId: string): Promise<Payments | null>;
}

export const services: Services = {
  place: placeOrder,
  order: readOrder,
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
