// Made by api/generate.mjs from api/product.json; not to be edited.
export interface paths {
    "/api/products": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Products
         * @description The catalogue, searched, filtered and sorted. Prices in minor units; may be 5 s old.
         *
         *     Words that nothing has are searched as they were probably meant; `searchedFor` says so.
         */
        get: operations["list_products"];
        put?: never;
        /**
         * Add Product
         * @description Add a product (admin); the same Idempotency-Key gives the same product.
         */
        post: operations["add_product"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/products/categories": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Categories
         * @description The categories, and how many products are in each.
         */
        get: operations["list_categories"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/products/low-stock": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Low Stock
         * @description The products of which few are left or none, at this moment (admin).
         */
        get: operations["low_stock"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/products/{product_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Product
         * @description One product; may be 5 s old.
         */
        get: operations["product"];
        /**
         * Edit Product
         * @description Replace a product's description and price (admin); its stock stays.
         *
         *     With the `version` that was read, an edit of somebody else in between is not overwritten. `If-Match` wants
         *     more: that the stock is the same too.
         */
        put: operations["edit_product"];
        post?: never;
        /**
         * Delete Product
         * @description Take a product off the shop (admin). Orders that have it keep it.
         */
        delete: operations["delete_product"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/products/{product_id}/stock": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Change Stock
         * @description Add to a product's stock or take from it (admin); 409 when that would take what is reserved.
         *
         *     The same Idempotency-Key changes it once. A product knows the keys of its last 20 changes.
         */
        post: operations["change_stock"];
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
        /** @description All categories. */
        CategoriesResponse: {
            items: components["schemas"]["CategoryResponse"][];
        };
        /** @description A category and how many products are in it. */
        CategoryResponse: {
            count: number;
            name: string;
        };
        /** @description An edit of a product: all that an admin may set. */
        EditRequest: {
            category: string;
            /**
             * @description working days until it is delivered, at most
             * @default 3
             */
            deliveryDays?: number;
            /** @default  */
            description?: string;
            /** @default /images/products/none.svg */
            imageUrl?: string;
            name: string;
            /** @description minor units of the shop's currency */
            priceCents: number;
            specifications?: components["schemas"]["Specification"][];
            /** @description of the product that was read: 409 when somebody has changed it since */
            version?: number | null;
        };
        /** @description A field that is not valid. */
        InvalidField: {
            /** @description where: `body`, `query`, `path` or `header`, and the name */
            field: string;
            message: string;
        };
        /** @description The products of which few are left or none, the fewest first. */
        LowStockResponse: {
            /** @description there are more than these 50 */
            isMore: boolean;
            items: components["schemas"]["ProductResponse"][];
        };
        /** @description A product to add. */
        NewProductRequest: {
            category: string;
            /**
             * @description working days until it is delivered, at most
             * @default 3
             */
            deliveryDays?: number;
            /** @default  */
            description?: string;
            /** @default /images/products/none.svg */
            imageUrl?: string;
            name: string;
            /** @description minor units of the shop's currency */
            priceCents: number;
            specifications?: components["schemas"]["Specification"][];
            /** @default 0 */
            stock?: number;
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
        /** @description A product with what only its own page shows. */
        ProductDetailsResponse: {
            category: string;
            /** Format: date-time */
            createdAt: string;
            currency: string;
            /**
             * @description working days until it is delivered, at most
             * @default 3
             */
            deliveryDays: number;
            description: string;
            id: string;
            imageUrl: string;
            name: string;
            priceCents: number;
            specifications: components["schemas"]["Specification"][];
            stock: number;
            /** Format: date-time */
            updatedAt: string;
            /** @description raised by each change of an admin; send it with an edit */
            version: number;
        };
        /** @description One page of the catalogue. */
        ProductPageResponse: {
            items: components["schemas"]["ProductResponse"][];
            nextCursor: string | null;
            /** @description the words that were searched for instead of `q`, which nothing has; ask for later pages with these words */
            searchedFor: string | null;
            /** @description how many products match, counted up to 1,000; null on later pages, and of a long list that nothing narrows */
            total: number | null;
        };
        /** @description A product. `stock` is what is available: on hand less reserved; in lists it may be 5 s old. */
        ProductResponse: {
            category: string;
            /** Format: date-time */
            createdAt: string;
            currency: string;
            description: string;
            id: string;
            imageUrl: string;
            name: string;
            priceCents: number;
            stock: number;
            /** Format: date-time */
            updatedAt: string;
            /** @description raised by each change of an admin; send it with an edit */
            version: number;
        };
        /**
         * @description The order of a list; ties are broken by id.
         * @enum {string}
         */
        Sort: "newest" | "name" | "price" | "-price";
        /** @description One line of a product's table, such as Weight: 250 g. */
        Specification: {
            name: string;
            value: string;
        };
        /** @description How many come in (positive) or go out (negative). */
        StockRequest: {
            delta: number;
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
    list_products: {
        parameters: {
            query?: {
                q?: string | null;
                category?: string | null;
                minPrice?: number | null;
                maxPrice?: number | null;
                sort?: components["schemas"]["Sort"];
                limit?: number;
                cursor?: string | null;
            };
            header?: {
                /** @description the `ETag` of an earlier answer: 304 when it is still so */
                "If-None-Match"?: string;
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
                    "application/json": components["schemas"]["ProductPageResponse"];
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
    add_product: {
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
                "application/json": components["schemas"]["NewProductRequest"];
            };
        };
        responses: {
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProductDetailsResponse"];
                };
            };
            default: components["responses"]["Refused"];
        };
    };
    list_categories: {
        parameters: {
            query?: never;
            header?: {
                /** @description the `ETag` of an earlier answer: 304 when it is still so */
                "If-None-Match"?: string;
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
                    "application/json": components["schemas"]["CategoriesResponse"];
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
    low_stock: {
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
                    "application/json": components["schemas"]["LowStockResponse"];
                };
            };
            default: components["responses"]["Refused"];
        };
    };
    product: {
        parameters: {
            query?: never;
            header?: {
                /** @description the `ETag` of an earlier answer: 304 when it is still so */
                "If-None-Match"?: string;
            };
            path: {
                product_id: string;
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
                    "application/json": components["schemas"]["ProductDetailsResponse"];
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
    edit_product: {
        parameters: {
            query?: never;
            header?: {
                /** @description the `ETag` that was read: 412 when the thing is another one by now */
                "If-Match"?: string;
                /** @description `*` or tags: 412 when the thing is there, or has one of them */
                "If-None-Match"?: string;
            };
            path: {
                product_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["EditRequest"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProductDetailsResponse"];
                };
            };
            default: components["responses"]["Refused"];
        };
    };
    delete_product: {
        parameters: {
            query?: never;
            header?: {
                /** @description the `ETag` that was read: 412 when the thing is another one by now */
                "If-Match"?: string;
                /** @description `*` or tags: 412 when the thing is there, or has one of them */
                "If-None-Match"?: string;
            };
            path: {
                product_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Refused"];
        };
    };
    change_stock: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string | null;
                /** @description the `ETag` that was read: 412 when the thing is another one by now */
                "If-Match"?: string;
                /** @description `*` or tags: 412 when the thing is there, or has one of them */
                "If-None-Match"?: string;
            };
            path: {
                product_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["StockRequest"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProductDetailsResponse"];
                };
            };
            default: components["responses"]["Refused"];
        };
    };
}
