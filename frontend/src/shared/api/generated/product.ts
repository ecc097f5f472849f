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
         */
        get: operations["list_products_api_products_get"];
        put?: never;
        /**
         * Add Product
         * @description Add a product (admin).
         */
        post: operations["add_product_api_products_post"];
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
        get: operations["list_categories_api_products_categories_get"];
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
        get: operations["product_api_products__product_id__get"];
        /**
         * Edit Product
         * @description Replace a product's description and price (admin); its stock stays.
         */
        put: operations["edit_product_api_products__product_id__put"];
        post?: never;
        /**
         * Delete Product
         * @description Take a product off the shop (admin). Orders that have it keep it.
         */
        delete: operations["delete_product_api_products__product_id__delete"];
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
        post: operations["change_stock_api_products__product_id__stock_post"];
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
        /** HTTPValidationError */
        HTTPValidationError: {
            /** Detail */
            detail?: components["schemas"]["ValidationError"][];
        };
        /**
         * NewProduct
         * @description A product to add.
         */
        NewProduct: {
            /** Category */
            category: string;
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
            /**
             * Stock
             * @default 0
             */
            stock?: number;
        };
        /** Page[ProductView] */
        Page_ProductView_: {
            /** Items */
            items: components["schemas"]["ProductView"][];
            /** Nextcursor */
            nextCursor?: string | null;
        };
        /**
         * ProductEdit
         * @description What an admin may set of a product.
         */
        ProductEdit: {
            /** Category */
            category: string;
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
         * StockChange
         * @description How many come in (positive) or go out (negative).
         */
        StockChange: {
            /** Delta */
            delta: number;
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
    list_products_api_products_get: {
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
                    "application/json": components["schemas"]["Page_ProductView_"];
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
    add_product_api_products_post: {
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
                    "application/json": components["schemas"]["ProductView"];
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
    list_categories_api_products_categories_get: {
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
        };
    };
    product_api_products__product_id__get: {
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
                    "application/json": components["schemas"]["ProductView"];
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
    edit_product_api_products__product_id__put: {
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
                    "application/json": components["schemas"]["ProductView"];
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
    delete_product_api_products__product_id__delete: {
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
    change_stock_api_products__product_id__stock_post: {
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
                    "application/json": components["schemas"]["ProductView"];
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
