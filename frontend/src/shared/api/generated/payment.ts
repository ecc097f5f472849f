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
         * @description Pay an own order with a card. It is `processing` until the provider has told its result.
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
        /** @description A card as a client sends it. It is good to the end of its month. */
        CardRequest: {
            /** Format: password */
            cvc: string;
            expMonth: number;
            expYear: number;
            /** Format: password */
            number: string;
        };
        /** @description What is kept of a card. */
        CardResponse: {
            brand: string;
            last4: string;
        };
        /**
         * @description Why a payment failed. A closed list: the provider's own words become no code and no label.
         * @enum {string}
         */
        Failure: "card_declined" | "declined" | "refused_by_provider" | "unknown_to_provider";
        /** @description A field that is not valid. */
        InvalidField: {
            /** @description where: `body`, `query`, `path` or `header`, and the name */
            field: string;
            message: string;
        };
        /** @description The latest attempt, and all of them, newest first. */
        OrderPaymentsResponse: {
            amountCents: number;
            attempts: components["schemas"]["PaymentResponse"][];
            card: components["schemas"]["CardResponse"];
            /** Format: date-time */
            createdAt: string;
            currency: string;
            id: string;
            orderId: string;
            /** @description why it failed, for programs */
            reason: components["schemas"]["Failure"] | null;
            status: components["schemas"]["Status"];
            /** Format: date-time */
            updatedAt: string;
        };
        /** @description Pay an order. Amount, currency and owner are the order's. */
        PaymentRequest: {
            card: components["schemas"]["CardRequest"];
            orderId: string;
        };
        /** @description One attempt to pay an order. */
        PaymentResponse: {
            amountCents: number;
            card: components["schemas"]["CardResponse"];
            /** Format: date-time */
            createdAt: string;
            currency: string;
            id: string;
            orderId: string;
            /** @description why it failed, for programs */
            reason: components["schemas"]["Failure"] | null;
            status: components["schemas"]["Status"];
            /** Format: date-time */
            updatedAt: string;
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
         * @description A state of a payment, as clients see it.
         * @enum {string}
         */
        Status: "processing" | "succeeded" | "failed" | "refunding" | "refunded";
        /** @description What was done with a call of the provider. */
        WebhookResponse: {
            /** @enum {string} */
            outcome: "applied" | "duplicate" | "contradiction";
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
                    "application/json": components["schemas"]["PaymentResponse"];
                };
            };
            default: components["responses"]["Refused"];
        };
    };
    provider_calls: {
        parameters: {
            query?: never;
            header: {
                "X-Provider-Timestamp": string;
                "X-Provider-Signature": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    chargeId: string;
                    paymentId: string;
                    reason?: string | null;
                    /** @enum {string} */
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
                    "application/json": components["schemas"]["WebhookResponse"];
                };
            };
            default: components["responses"]["Refused"];
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
                    "application/json": components["schemas"]["OrderPaymentsResponse"];
                };
            };
            default: components["responses"]["Refused"];
        };
    };
}
