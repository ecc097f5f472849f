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
        get: operations["all_orders_api_orders_get"];
        put?: never;
        /**
         * Place Order
         * @description Place an order. It is `pending` until stock is reserved; the same Idempotency-Key gives the same order.
         */
        post: operations["place_order_api_orders_post"];
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
        get: operations["orders_of_user_api_orders_user__user_id__get"];
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
         * @description One order (its owner, or an admin).
         */
        get: operations["order_api_orders__order_id__get"];
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
        put: operations["change_status_api_orders__order_id__status_put"];
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
        /**
         * Address
         * @description Where to send it.
         */
        Address: {
            /** City */
            city: string;
            /**
             * Country
             * @description ISO 3166-1 alpha-2
             */
            country: string;
            /** Line1 */
            line1: string;
            /** Line2 */
            line2?: string | null;
            /** Name */
            name: string;
            /** Postalcode */
            postalCode: string;
        };
        /** HTTPValidationError */
        HTTPValidationError: {
            /** Detail */
            detail?: components["schemas"]["ValidationError"][];
        };
        /**
         * Item
         * @description A product and how many of it.
         */
        Item: {
            /** Productid */
            productId: string;
            /** Quantity */
            quantity: number;
        };
        /**
         * OrderLineView
         * @description A line of an order; the price is the one at the time it was placed.
         */
        OrderLineView: {
            /** Imageurl */
            imageUrl: string;
            /** Name */
            name: string;
            /** Productid */
            productId: string;
            /** Quantity */
            quantity: number;
            /** Unitpricecents */
            unitPriceCents: number;
        };
        /**
         * OrderRequest
         * @description `items`, or the short form with `productId` and `quantity`. Lines of the same product are merged.
         */
        OrderRequest: {
            /**
             * Expectedtotalcents
             * @description 409 when the total is another
             */
            expectedTotalCents?: number | null;
            /** Items */
            items?: components["schemas"]["Item"][];
            /** Productid */
            productId?: string | null;
            /** Quantity */
            quantity?: number | null;
            shippingAddress?: components["schemas"]["Address"] | null;
        };
        /**
         * OrderView
         * @description An order.
         */
        OrderView: {
            /**
             * Createdat
             * Format: date-time
             */
            createdAt: string;
            /** Currency */
            currency: string;
            /** Id */
            id: string;
            /** Lines */
            lines: components["schemas"]["OrderLineView"][];
            /**
             * Reason
             * @description words for people; a customer may have chosen them
             */
            reason: string | null;
            /** @description the same for programs */
            reasonCode: components["schemas"]["Reason"] | null;
            shippingAddress: components["schemas"]["Address"] | null;
            status: components["schemas"]["Status"];
            /** Totalcents */
            totalCents: number;
            /**
             * Updatedat
             * Format: date-time
             */
            updatedAt: string;
            /** Userid */
            userId: string;
        };
        /** Page[OrderView] */
        Page_OrderView_: {
            /** Items */
            items: components["schemas"]["OrderView"][];
            /** Nextcursor */
            nextCursor?: string | null;
        };
        /**
         * Reason
         * @description Why an order went its way: a closed list, beside the words of whoever decided.
         * @enum {string}
         */
        Reason: "out_of_stock" | "card_declined" | "payment_failed" | "expired" | "cancelled_by_customer" | "cancelled_by_admin";
        /**
         * Status
         * @description An order's state.
         * @enum {string}
         */
        Status: "pending" | "awaiting_payment" | "payment_failed" | "paid" | "fulfilled" | "rejected" | "cancelled";
        /**
         * StatusRequest
         * @description The state to move to.
         */
        StatusRequest: {
            /** Reason */
            reason?: string | null;
            status: components["schemas"]["Status"];
        };
        /** ValidationError */
        ValidationError: {
            /** Context */
            ctx?: Record<string, never>;
            /** Input */
            input?: unknown;
            /** Location */
            loc: (string | number)[];
            /** Message */
            msg: string;
            /** Error Type */
            type: string;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    all_orders_api_orders_get: {
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
                    "application/json": components["schemas"]["Page_OrderView_"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    place_order_api_orders_post: {
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
                    "application/json": components["schemas"]["OrderView"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    orders_of_user_api_orders_user__user_id__get: {
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
                    "application/json": components["schemas"]["Page_OrderView_"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    order_api_orders__order_id__get: {
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
                    "application/json": components["schemas"]["OrderView"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
    change_status_api_orders__order_id__status_put: {
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
                    "application/json": components["schemas"]["OrderView"];
                };
            };
            /** @description Validation Error */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HTTPValidationError"];
                };
            };
        };
    };
}
