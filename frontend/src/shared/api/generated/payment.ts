// Made by api/generate.mjs from api/payment.json; not to be edited.
export interface paths {
    "/api/payments": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Pay
         * @description Pay an order with a card. It is `processing` until the provider has told its result.
         */
        post: operations["pay"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/payments/webhook": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Provider Calls
         * @description For the payment provider: the result of a charge, signed. What is known already is acknowledged too.
         */
        post: operations["provider_calls"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/payments/{order_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Payments Of Order
         * @description The latest payment of an order, and all attempts (its owner, or an admin).
         */
        get: operations["payments_of_order"];
        put?: never;
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
         * CardSent
         * @description A card as a client sends it. It is good to the end of its month.
         */
        CardSent: {
            /**
             * Cvc
             * Format: password
             */
            cvc: string;
            /** Expmonth */
            expMonth: number;
            /** Expyear */
            expYear: number;
            /**
             * Number
             * Format: password
             */
            number: string;
        };
        /**
         * CardShown
         * @description What is kept of a card.
         */
        CardShown: {
            /** Brand */
            brand: string;
            /** Last4 */
            last4: string;
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
         * PaymentRequest
         * @description Pay an order. Amount, currency and owner are the order's.
         */
        PaymentRequest: {
            card: components["schemas"]["CardSent"];
            /** Orderid */
            orderId: string;
        };
        /**
         * PaymentView
         * @description One attempt to pay an order.
         */
        PaymentView: {
            /** Amountcents */
            amountCents: number;
            card: components["schemas"]["CardShown"];
            /**
             * Createdat
             * Format: date-time
             */
            createdAt: string;
            /** Currency */
            currency: string;
            /** Id */
            id: string;
            /** Orderid */
            orderId: string;
            /** Reason */
            reason: string | null;
            status: components["schemas"]["Status"];
            /**
             * Updatedat
             * Format: date-time
             */
            updatedAt: string;
        };
        /**
         * PaymentsOfOrder
         * @description The latest attempt, and all of them, newest first.
         */
        PaymentsOfOrder: {
            /** Amountcents */
            amountCents: number;
            /** Attempts */
            attempts: components["schemas"]["PaymentView"][];
            card: components["schemas"]["CardShown"];
            /**
             * Createdat
             * Format: date-time
             */
            createdAt: string;
            /** Currency */
            currency: string;
            /** Id */
            id: string;
            /** Orderid */
            orderId: string;
            /** Reason */
            reason: string | null;
            status: components["schemas"]["Status"];
            /**
             * Updatedat
             * Format: date-time
             */
            updatedAt: string;
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
         * Status
         * @description A state of a payment, as clients see it.
         * @enum {string}
         */
        Status: "processing" | "succeeded" | "failed" | "refunding" | "refunded";
        /**
         * WebhookAnswer
         * @description What was done with a call of the provider.
         */
        WebhookAnswer: {
            /**
             * Outcome
             * @enum {string}
             */
            outcome: "applied" | "duplicate" | "contradiction";
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
    pay: {
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
                "application/json": components["schemas"]["PaymentRequest"];
            };
        };
        responses: {
            /** @description Successful Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PaymentView"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
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
    provider_calls: {
        parameters: {
            query?: never;
            header?: {
                "x-provider-timestamp"?: string[];
                "x-provider-signature"?: string[];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** Chargeid */
                    chargeId: string;
                    /** Paymentid */
                    paymentId: string;
                    /** Reason */
                    reason?: string | null;
                    /**
                     * Status
                     * @enum {string}
                     */
                    status: "processing" | "succeeded" | "declined";
                };
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            404: components["responses"]["NotFound"];
            408: components["responses"]["RequestTimeout"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["UnprocessableContent"];
            429: components["responses"]["TooManyRequests"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    payments_of_order: {
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
                    "application/json": components["schemas"]["PaymentsOfOrder"];
                };
            };
            401: components["responses"]["Unauthorized"];
            404: components["responses"]["NotFound"];
            422: components["responses"]["UnprocessableContent"];
            429: components["responses"]["TooManyRequests"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
}
