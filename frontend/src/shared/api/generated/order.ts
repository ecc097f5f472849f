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
         * @description One order (its owner, or an admin).
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
        /**
         * Address
         * @description Where to send it. City and postal code are needed where the country has them; a state may be told.
         */
        Address: {
            /** City */
            city?: string | null;
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
            postalCode?: string | null;
            /** State */
            state?: string | null;
        };
        /**
         * AddressView
         * @description Where an order is sent. Those of older orders stay as they were given.
         */
        AddressView: {
            /** City */
            city?: string | null;
            /** Country */
            country: string;
            /** Line1 */
            line1: string;
            /** Line2 */
            line2?: string | null;
            /** Name */
            name: string;
            /** Postalcode */
            postalCode?: string | null;
            /** State */
            state?: string | null;
        };
        /**
         * Fault
         * @description One thing that is not valid.
         */
        Fault: {
            /**
             * Field
             * @description where: `body`, `query`, `path` or `header`, and the name
             */
            field: string;
            /** Message */
            message: string;
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
         * OrderStatistics
         * @description The numbers of all orders. A window without a paid order has no entry in `revenue`.
         */
        OrderStatistics: {
            /** Bystatus */
            byStatus: components["schemas"]["StatusCount"][];
            /** Revenue */
            revenue: components["schemas"]["Revenue"][];
        };
        /**
         * OrderStep
         * @description One entry of an order's log.
         */
        OrderStep: {
            /**
             * At
             * Format: date-time
             */
            at: string;
            /**
             * Event
             * @description order.created or order.moved
             */
            event: string;
            /**
             * Reason
             * @description words for people; a customer may have chosen them
             */
            reason: string | null;
            /** @description the same for programs */
            reasonCode: components["schemas"]["Reason"] | null;
            /**
             * Seq
             * @description the place in the log of all orders
             */
            seq: number;
            /** @description the state that the order had from then on */
            status: components["schemas"]["Status"];
        };
        /**
         * OrderTimeline
         * @description What happened to an order, oldest first, and the request and the trace in which it was placed.
         */
        OrderTimeline: {
            /** Orderid */
            orderId: string;
            /** Requestid */
            requestId: string;
            /** Steps */
            steps: components["schemas"]["OrderStep"][];
            /** Traceid */
            traceId: string | null;
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
            shippingAddress: components["schemas"]["AddressView"] | null;
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
         * Problem
         * @description What went wrong (RFC 9457). Some problems have further members.
         */
        Problem: {
            /** Detail */
            detail: string;
            /**
             * Errors
             * @description what is not valid: the first 20
             * @default null
             */
            errors?: components["schemas"]["Fault"][] | null;
            /**
             * Requestid
             * @description the X-Request-ID of the request
             */
            requestId: string;
            /** Status */
            status: number;
            /**
             * Title
             * @description the kind in a few words, always the same
             */
            title: string;
            /** Traceid */
            traceId: string;
            /**
             * Type
             * Format: uri-reference
             * @description the address of a page about this kind of problem
             */
            type: string;
        } & {
            [key: string]: unknown;
        };
        /**
         * Reason
         * @description Why an order went its way: a closed list, beside the words of whoever decided.
         * @enum {string}
         */
        Reason: "out_of_stock" | "card_declined" | "payment_failed" | "expired" | "cancelled_by_customer" | "cancelled_by_admin";
        /**
         * Revenue
         * @description What was paid for the orders that were placed in the last `days` days, in one currency.
         */
        Revenue: {
            /** Currency */
            currency: string;
            /** Days */
            days: number;
            /** Orders */
            orders: number;
            /** Totalcents */
            totalCents: number;
        };
        /**
         * Status
         * @description An order's state.
         * @enum {string}
         */
        Status: "pending" | "awaiting_payment" | "payment_failed" | "paid" | "fulfilled" | "rejected" | "cancelled";
        /**
         * StatusCount
         * @description How many orders are in a state.
         */
        StatusCount: {
            /** Count */
            count: number;
            /**
             * Ismore
             * @description there are more than are counted
             */
            isMore: boolean;
            status: components["schemas"]["Status"];
        };
        /**
         * StatusRequest
         * @description The state to move to.
         */
        StatusRequest: {
            /** Reason */
            reason?: string | null;
            status: components["schemas"]["Status"];
        };
    };
    responses: {
        /** @description Bad Request */
        BadRequest: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "detail": "The body is not valid JSON.",
                 *       "requestId": "3f6c1b8e0d7a4c52",
                 *       "status": 400,
                 *       "title": "Bad Request",
                 *       "traceId": "0af7651916cd43dd8448eb211c80319c",
                 *       "type": "/api/problems/bad-request"
                 *     }
                 */
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description Conflict */
        Conflict: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "detail": "The present state does not allow this.",
                 *       "requestId": "3f6c1b8e0d7a4c52",
                 *       "status": 409,
                 *       "title": "Conflict",
                 *       "traceId": "0af7651916cd43dd8448eb211c80319c",
                 *       "type": "/api/problems/conflict"
                 *     }
                 */
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description Content Too Large */
        ContentTooLarge: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "detail": "A body may have at most 65536 bytes.",
                 *       "requestId": "3f6c1b8e0d7a4c52",
                 *       "status": 413,
                 *       "title": "Content Too Large",
                 *       "traceId": "0af7651916cd43dd8448eb211c80319c",
                 *       "type": "/api/problems/content-too-large"
                 *     }
                 */
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description Forbidden */
        Forbidden: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "detail": "Only an admin may do this.",
                 *       "requestId": "3f6c1b8e0d7a4c52",
                 *       "status": 403,
                 *       "title": "Forbidden",
                 *       "traceId": "0af7651916cd43dd8448eb211c80319c",
                 *       "type": "/api/problems/forbidden"
                 *     }
                 */
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description Not Found */
        NotFound: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "detail": "There is no such product.",
                 *       "requestId": "3f6c1b8e0d7a4c52",
                 *       "status": 404,
                 *       "title": "Not Found",
                 *       "traceId": "0af7651916cd43dd8448eb211c80319c",
                 *       "type": "/api/problems/not-found"
                 *     }
                 */
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description Request Timeout */
        RequestTimeout: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "detail": "The body did not arrive within 10 s.",
                 *       "requestId": "3f6c1b8e0d7a4c52",
                 *       "status": 408,
                 *       "title": "Request Timeout",
                 *       "traceId": "0af7651916cd43dd8448eb211c80319c",
                 *       "type": "/api/problems/request-timeout"
                 *     }
                 */
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description Service Unavailable */
        ServiceUnavailable: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "detail": "The database does not answer.",
                 *       "requestId": "3f6c1b8e0d7a4c52",
                 *       "status": 503,
                 *       "title": "Service Unavailable",
                 *       "traceId": "0af7651916cd43dd8448eb211c80319c",
                 *       "type": "/api/problems/service-unavailable"
                 *     }
                 */
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description Too Many Requests */
        TooManyRequests: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "detail": "Slow down.",
                 *       "requestId": "3f6c1b8e0d7a4c52",
                 *       "status": 429,
                 *       "title": "Too Many Requests",
                 *       "traceId": "0af7651916cd43dd8448eb211c80319c",
                 *       "type": "/api/problems/too-many-requests"
                 *     }
                 */
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description Unauthorized */
        Unauthorized: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "detail": "A bearer token is needed.",
                 *       "requestId": "3f6c1b8e0d7a4c52",
                 *       "status": 401,
                 *       "title": "Unauthorized",
                 *       "traceId": "0af7651916cd43dd8448eb211c80319c",
                 *       "type": "/api/problems/unauthorized"
                 *     }
                 */
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description Unprocessable Content */
        UnprocessableContent: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "detail": "The request is not valid; see errors.",
                 *       "requestId": "3f6c1b8e0d7a4c52",
                 *       "status": 422,
                 *       "title": "Unprocessable Content",
                 *       "traceId": "0af7651916cd43dd8448eb211c80319c",
                 *       "type": "/api/problems/unprocessable-content"
                 *     }
                 */
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description Unsupported Media Type */
        UnsupportedMediaType: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "detail": "The body must be JSON in UTF-8.",
                 *       "requestId": "3f6c1b8e0d7a4c52",
                 *       "status": 415,
                 *       "title": "Unsupported Media Type",
                 *       "traceId": "0af7651916cd43dd8448eb211c80319c",
                 *       "type": "/api/problems/unsupported-media-type"
                 *     }
                 */
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
                    "application/json": components["schemas"]["Page_OrderView_"];
                };
            };
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            422: components["responses"]["UnprocessableContent"];
            429: components["responses"]["TooManyRequests"];
            503: components["responses"]["ServiceUnavailable"];
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
                    "application/json": components["schemas"]["OrderView"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            408: components["responses"]["RequestTimeout"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["UnprocessableContent"];
            429: components["responses"]["TooManyRequests"];
            503: components["responses"]["ServiceUnavailable"];
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
                    "application/json": components["schemas"]["OrderStatistics"];
                };
            };
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            422: components["responses"]["UnprocessableContent"];
            429: components["responses"]["TooManyRequests"];
            503: components["responses"]["ServiceUnavailable"];
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
                    "application/json": components["schemas"]["Page_OrderView_"];
                };
            };
            401: components["responses"]["Unauthorized"];
            404: components["responses"]["NotFound"];
            422: components["responses"]["UnprocessableContent"];
            429: components["responses"]["TooManyRequests"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    order: {
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
            401: components["responses"]["Unauthorized"];
            404: components["responses"]["NotFound"];
            422: components["responses"]["UnprocessableContent"];
            429: components["responses"]["TooManyRequests"];
            503: components["responses"]["ServiceUnavailable"];
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
                    "application/json": components["schemas"]["OrderTimeline"];
                };
            };
            401: components["responses"]["Unauthorized"];
            404: components["responses"]["NotFound"];
            422: components["responses"]["UnprocessableContent"];
            429: components["responses"]["TooManyRequests"];
            503: components["responses"]["ServiceUnavailable"];
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
                    "application/json": components["schemas"]["OrderView"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            408: components["responses"]["RequestTimeout"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["UnprocessableContent"];
            429: components["responses"]["TooManyRequests"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
}
