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
        post: operations["pay_api_payments_post"];
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
        post: operations["provider_calls_api_payments_webhook_post"];
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
        get: operations["payments_of_order_api_payments__order_id__get"];
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
        /** HTTPValidationError */
        HTTPValidationError: {
            /** Detail */
            detail?: components["schemas"]["ValidationError"][];
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
         * Status
         * @description A state of a payment, as clients see it.
         * @enum {string}
         */
        Status: "processing" | "succeeded" | "failed" | "refunding" | "refunded";
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
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    pay_api_payments_post: {
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
    provider_calls_api_payments_webhook_post: {
        parameters: {
            query?: never;
            header?: {
                "x-provider-timestamp"?: string[];
                "x-provider-signature"?: string[];
            };
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
                    "application/json": components["schemas"]["WebhookAnswer"];
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
    payments_of_order_api_payments__order_id__get: {
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
