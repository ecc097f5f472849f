// Made by api/generate.mjs from api/order.json; not to be edited.
export interface paths {
    "/api/orders": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * All Orders
         * @description All orders, newest first (admin).
         */
        get: operations["all_orders"];
        put?: never;
        /**
         * Place Order
         * @description Place an order. It is `pending` until stock is reserved; the same Idempotency-Key gives the same order.
         */
        post: operations["place_order"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/orders/statistics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Order Statistics
         * @description How many orders are in each state, and the revenue of the last day and week (admin).
         */
        get: operations["order_statistics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/orders/user/{user_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Orders Of User
         * @description A user's orders, newest first (the user, or an admin).
         */
        get: operations["orders_of_user"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/orders/{order_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Order
         * @description One order (its owner, or an admin). With If-None-Match and `Prefer: wait=9` it is answered when it moves.
         */
        get: operations["order"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/orders/{order_id}/history": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Order History
         * @description What happened to an order, step by step, with times (its owner, or an admin).
         */
        get: operations["order_history"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/orders/{order_id}/status": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Change Status
         * @description Cancel (owner, admin) or fulfil (admin) an order; 409 when its state does not allow it.
         */
        put: operations["change_status"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** @description Where to send it. City and postal code are needed where the country has them; a state may be told. */
        AddressRequest: {
            city?: string | null;
            /** @description ISO 3166-1 alpha-2 */
            country: string;
            line1: string;
            line2?: string | null;
            name: string;
            postalCode?: string | null;
            state?: string | null;
        };
        /** @description Where an order is sent. Those of older orders stay as they were given. */
        AddressResponse: {
            city: string | null;
            country: string;
            line1: string;
            line2: string | null;
            name: string;
            postalCode: string | null;
            state: string | null;
        };
        /** @description A field that is not valid. */
        InvalidField: {
            /** @description where: `body`, `query`, `path` or `header`, and the name */
            field: string;
            message: string;
        };
        /** @description A product and how many of it. */
        OrderItemRequest: {
            productId: string;
            quantity: number;
        };
        /** @description A line of an order; the price is the one at the time it was placed. */
        OrderLineResponse: {
            imageUrl: string;
            name: string;
            productId: string;
            quantity: number;
            unitPriceCents: number;
        };
        /** @description One page of orders. */
        OrderPageResponse: {
            items: components["schemas"]["OrderResponse"][];
            nextCursor: string | null;
        };
        /** @description `items`, or the short form with `productId` and `quantity`. Lines of the same product are merged. */
        OrderRequest: {
            /** @description 409 when the total is another */
            expectedTotalCents?: number | null;
            items?: components["schemas"]["OrderItemRequest"][];
            productId?: string | null;
            quantity?: number | null;
            shippingAddress?: components["schemas"]["AddressRequest"] | null;
        };
        /** @description An order. */
        OrderResponse: {
            /** Format: date-time */
            createdAt: string;
            currency: string;
            id: string;
            lines: components["schemas"]["OrderLineResponse"][];
            /** @description words for people; a customer may have chosen them */
            reason: string | null;
            /** @description the same for programs */
            reasonCode: components["schemas"]["Reason"] | null;
            shippingAddress: components["schemas"]["AddressResponse"] | null;
            status: components["schemas"]["Status"];
            totalCents: number;
            /** Format: date-time */
            updatedAt: string;
            userId: string;
        };
        /** @description The numbers of all orders. A window without a paid order has no entry in `revenue`. */
        OrderStatisticsResponse: {
            byStatus: components["schemas"]["StatusCountResponse"][];
            revenue: components["schemas"]["RevenueResponse"][];
        };
        /** @description One entry of an order's log. */
        OrderStepResponse: {
            /** Format: date-time */
            at: string;
            /** @description order.created or order.moved */
            event: string;
            /** @description words for people; a customer may have chosen them */
            reason: string | null;
            /** @description the same for programs */
            reasonCode: components["schemas"]["Reason"] | null;
            /** @description the place in the log of all orders */
            seq: number;
            /** @description the state that the order had from then on */
            status: components["schemas"]["Status"];
        };
        /** @description What happened to an order, oldest first, and the request and the trace in which it was placed. */
        OrderTimelineResponse: {
            orderId: string;
            requestId: string;
            steps: components["schemas"]["OrderStepResponse"][];
            traceId: string | null;
        };
        /** @description What went wrong (RFC 9457). Some problems have further members. */
        Problem: {
            detail: string;
            /**
             * @description what is not valid: the first 20
             * @default null
             */
            errors?: components["schemas"]["InvalidField"][] | null;
            /** @description the X-Request-ID of the request */
            requestId: string;
            status: number;
            /** @description the kind in a few words, always the same */
            title: string;
            traceId: string;
            /**
             * Format: uri-reference
             * @description the address of a page about this kind of problem
             */
            type: string;
        } & {
            [key: string]: unknown;
        };
        /**
         * @description Why an order went its way: a closed list, beside the words of whoever decided.
         * @enum {string}
         */
        Reason: "out_of_stock" | "card_declined" | "payment_failed" | "expired" | "cancelled_by_customer" | "cancelled_by_admin";
        /** @description What was paid for the orders that were placed in the last `days` days, in one currency. */
        RevenueResponse: {
            currency: string;
            days: number;
            orders: number;
            totalCents: number;
        };
        /**
         * @description An order's state.
         * @enum {string}
         */
        Status: "pending" | "awaiting_payment" | "payment_failed" | "paid" | "fulfilled" | "rejected" | "cancelled";
        /** @description How many orders are in a state. */
        StatusCountResponse: {
            count: number;
            /** @description there are more than are counted */
            isMore: boolean;
            status: components["schemas"]["Status"];
        };
        /** @description The state to move to. */
        StatusRequest: {
            reason?: string | null;
            status: components["schemas"]["Status"];
        };
    };
    responses: {
        /** @description A problem document (RFC 9457) */
        Refused: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
    };
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    all_orders: {
        parameters: {
            query?: {
                status?: components["schemas"]["Status"] | null;
                limit?: number;
                cursor?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OrderPageResponse"];
                };
            };
            default: components["responses"]["Refused"];
        };
    };
    place_order: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["OrderRequest"];
            };
        };
        responses: {
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OrderResponse"];
                };
            };
            default: components["responses"]["Refused"];
        };
    };
    order_statistics: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OrderStatisticsResponse"];
                };
            };
            default: components["responses"]["Refused"];
        };
    };
    orders_of_user: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string | null;
            };
            header?: never;
            path: {
                user_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OrderPageResponse"];
                };
            };
            default: components["responses"]["Refused"];
        };
    };
    order: {
        parameters: {
            query?: never;
            header?: {
                /** @description `wait=9`: answer when it has changed, or after so many seconds, 9 at most */
                prefer?: string;
                /** @description the `ETag` of an earlier answer: 304 when it is still so */
                "If-None-Match"?: string;
            };
            path: {
                order_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OrderResponse"];
                };
            };
            /** @description The client has it already */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Refused"];
        };
    };
    order_history: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                order_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OrderTimelineResponse"];
                };
            };
            default: components["responses"]["Refused"];
        };
    };
    change_status: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                order_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["StatusRequest"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OrderResponse"];
                };
            };
            default: components["responses"]["Refused"];
        };
    };
}
