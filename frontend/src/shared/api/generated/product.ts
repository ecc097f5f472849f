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
         * @description Add a product (admin).
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
        /**
         * Categories
         * @description All categories.
         */
        Categories: {
            /** Items */
            items: components["schemas"]["Category"][];
        };
        /**
         * Category
         * @description A category and how many products are in it.
         */
        Category: {
            /** Count */
            count: number;
            /** Name */
            name: string;
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
         * LowStock
         * @description The products of which few are left or none, the fewest first.
         */
        LowStock: {
            /** Items */
            items: components["schemas"]["ProductView"][];
        };
        /**
         * NewProduct
         * @description A product to add.
         */
        NewProduct: {
            /** Category */
            category: string;
            /**
             * Deliverydays
             * @description working days until it is delivered, at most
             * @default 3
             */
            deliveryDays?: number;
            /**
             * Description
             * @default
             */
            description?: string;
            /**
             * Imageurl
             * @default /images/products/none.svg
             */
            imageUrl?: string;
            /** Name */
            name: string;
            /**
             * Pricecents
             * @description minor units of the shop's currency
             */
            priceCents: number;
            /** Specifications */
            specifications?: components["schemas"]["Specification"][];
            /**
             * Stock
             * @default 0
             */
            stock?: number;
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
         * ProductDetails
         * @description A product with what only its own page shows.
         */
        ProductDetails: {
            /** Category */
            category: string;
            /**
             * Createdat
             * Format: date-time
             */
            createdAt: string;
            /** Currency */
            currency: string;
            /**
             * Deliverydays
             * @description working days until it is delivered, at most
             * @default 3
             */
            deliveryDays?: number;
            /** Description */
            description: string;
            /** Id */
            id: string;
            /** Imageurl */
            imageUrl: string;
            /** Name */
            name: string;
            /** Pricecents */
            priceCents: number;
            /** Specifications */
            specifications?: components["schemas"]["Specification"][];
            /** Stock */
            stock: number;
            /**
             * Updatedat
             * Format: date-time
             */
            updatedAt: string;
        };
        /**
         * ProductEdit
         * @description What an admin may set of a product.
         */
        ProductEdit: {
            /** Category */
            category: string;
            /**
             * Deliverydays
             * @description working days until it is delivered, at most
             * @default 3
             */
            deliveryDays?: number;
            /**
             * Description
             * @default
             */
            description?: string;
            /**
             * Imageurl
             * @default /images/products/none.svg
             */
            imageUrl?: string;
            /** Name */
            name: string;
            /**
             * Pricecents
             * @description minor units of the shop's currency
             */
            priceCents: number;
            /** Specifications */
            specifications?: components["schemas"]["Specification"][];
        };
        /**
         * ProductPage
         * @description One page of the catalogue.
         */
        ProductPage: {
            /** Items */
            items: components["schemas"]["ProductView"][];
            /** Nextcursor */
            nextCursor?: string | null;
            /**
             * Searchedfor
             * @description the words that were searched for instead of `q`, which nothing has; ask for later pages with these words
             */
            searchedFor?: string | null;
            /**
             * Total
             * @description how many products match, counted up to 1,000; null on later pages, and of a long list that nothing narrows
             */
            total?: number | null;
        };
        /**
         * ProductView
         * @description A product. `stock` is what is available: on hand less reserved; in lists it may be 5 s old.
         */
        ProductView: {
            /** Category */
            category: string;
            /**
             * Createdat
             * Format: date-time
             */
            createdAt: string;
            /** Currency */
            currency: string;
            /** Description */
            description: string;
            /** Id */
            id: string;
            /** Imageurl */
            imageUrl: string;
            /** Name */
            name: string;
            /** Pricecents */
            priceCents: number;
            /** Stock */
            stock: number;
            /**
             * Updatedat
             * Format: date-time
             */
            updatedAt: string;
        };
        /**
         * Sort
         * @description The order of a list; ties are broken by id.
         * @enum {string}
         */
        Sort: "newest" | "name" | "price" | "-price";
        /**
         * Specification
         * @description One line of a product's table, such as Weight: 250 g.
         */
        Specification: {
            /** Name */
            name: string;
            /** Value */
            value: string;
        };
        /**
         * StockChange
         * @description How many come in (positive) or go out (negative).
         */
        StockChange: {
            /** Delta */
            delta: number;
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
                    "application/json": components["schemas"]["ProductPage"];
                };
            };
            /** @description The client has it already */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            422: components["responses"]["UnprocessableContent"];
            429: components["responses"]["TooManyRequests"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    add_product: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewProduct"];
            };
        };
        responses: {
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProductDetails"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            408: components["responses"]["RequestTimeout"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["UnprocessableContent"];
            429: components["responses"]["TooManyRequests"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    list_categories: {
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
                    "application/json": components["schemas"]["Categories"];
                };
            };
            /** @description The client has it already */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            422: components["responses"]["UnprocessableContent"];
            429: components["responses"]["TooManyRequests"];
            503: components["responses"]["ServiceUnavailable"];
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
                    "application/json": components["schemas"]["LowStock"];
                };
            };
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            422: components["responses"]["UnprocessableContent"];
            429: components["responses"]["TooManyRequests"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    product: {
        parameters: {
            query?: never;
            header?: never;
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
                    "application/json": components["schemas"]["ProductDetails"];
                };
            };
            /** @description The client has it already */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            404: components["responses"]["NotFound"];
            422: components["responses"]["UnprocessableContent"];
            429: components["responses"]["TooManyRequests"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    edit_product: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                product_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ProductEdit"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProductDetails"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            408: components["responses"]["RequestTimeout"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["UnprocessableContent"];
            429: components["responses"]["TooManyRequests"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    delete_product: {
        parameters: {
            query?: never;
            header?: never;
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
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            408: components["responses"]["RequestTimeout"];
            413: components["responses"]["ContentTooLarge"];
            422: components["responses"]["UnprocessableContent"];
            429: components["responses"]["TooManyRequests"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    change_stock: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                product_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["StockChange"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProductDetails"];
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
