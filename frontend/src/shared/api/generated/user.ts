// Made by api/generate.mjs from api/user.json; not to be edited.
export interface paths {
    "/.well-known/jwks.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Public keys that verify access tokens */
        get: operations["jwks__well_known_jwks_json_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/users/login": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Trade email and password for tokens */
        post: operations["login_api_users_login_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/users/logout": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** End the session of a refresh token */
        post: operations["logout_api_users_logout_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/users/logout-all": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** End all own sessions */
        post: operations["logout_all_api_users_logout_all_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/users/profile": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The own profile */
        get: operations["get_profile_api_users_profile_get"];
        /** Change the own name or password */
        put: operations["put_profile_api_users_profile_put"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/users/refresh": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Trade a refresh token for new tokens */
        post: operations["refresh_api_users_refresh_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/users/register": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Create an account */
        post: operations["register_api_users_register_post"];
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
         * JwksResponse
         * @description A JSON Web Key Set (RFC 7517).
         */
        JwksResponse: {
            /** Keys */
            keys: {
                [key: string]: unknown;
            }[];
        };
        /**
         * LoginRequest
         * @description Who wants in.
         */
        LoginRequest: {
            /**
             * Email
             * Format: email
             */
            email: string;
            /**
             * Password
             * Format: password
             */
            password: string;
        };
        /**
         * ProfileUpdate
         * @description What is absent stays. A new password needs the current one, and ends all sessions.
         */
        ProfileUpdate: {
            /** Currentpassword */
            currentPassword?: string | null;
            /** Name */
            name?: string | null;
            /** Password */
            password?: string | null;
        };
        /**
         * RefreshRequest
         * @description The refresh token that the last login or refresh gave.
         */
        RefreshRequest: {
            /**
             * Refreshtoken
             * Format: password
             */
            refreshToken: string;
        };
        /**
         * RegisterRequest
         * @description A new account.
         */
        RegisterRequest: {
            /**
             * Email
             * Format: email
             */
            email: string;
            /**
             * Name
             * @default
             */
            name?: string;
            /**
             * Password
             * Format: password
             */
            password: string;
        };
        /**
         * TokenResponse
         * @description expires_in: seconds. refresh_token: null while sessions cannot be kept; then log in again.
         */
        TokenResponse: {
            /** Expiresin */
            expiresIn: number;
            /** Refreshtoken */
            refreshToken: string | null;
            /** Token */
            token: string;
            /**
             * Tokentype
             * @default Bearer
             * @constant
             */
            tokenType?: "Bearer";
        };
        /**
         * UserResponse
         * @description An account, as its owner sees it.
         */
        UserResponse: {
            /**
             * Createdat
             * Format: date-time
             */
            createdAt: string;
            /** Email */
            email: string;
            /** Id */
            id: string;
            /** Name */
            name: string;
            /**
             * Role
             * @enum {string}
             */
            role: "customer" | "admin";
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
    jwks__well_known_jwks_json_get: {
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
                    "application/json": components["schemas"]["JwksResponse"];
                };
            };
        };
    };
    login_api_users_login_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["LoginRequest"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TokenResponse"];
                };
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** Detail */
                        detail: string;
                        /**
                         * Errors
                         * @description `field` and `message` of what is not valid
                         * @default []
                         */
                        errors?: {
                            [key: string]: string;
                        }[];
                        /**
                         * Requestid
                         * @description the X-Request-ID of the request
                         */
                        requestId: string;
                        /** Status */
                        status: number;
                        /** Title */
                        title: string;
                        /** Traceid */
                        traceId: string;
                        /** Type */
                        type: string;
                    };
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** Detail */
                        detail: string;
                        /**
                         * Errors
                         * @description `field` and `message` of what is not valid
                         * @default []
                         */
                        errors?: {
                            [key: string]: string;
                        }[];
                        /**
                         * Requestid
                         * @description the X-Request-ID of the request
                         */
                        requestId: string;
                        /** Status */
                        status: number;
                        /** Title */
                        title: string;
                        /** Traceid */
                        traceId: string;
                        /** Type */
                        type: string;
                    };
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** Detail */
                        detail: string;
                        /**
                         * Errors
                         * @description `field` and `message` of what is not valid
                         * @default []
                         */
                        errors?: {
                            [key: string]: string;
                        }[];
                        /**
                         * Requestid
                         * @description the X-Request-ID of the request
                         */
                        requestId: string;
                        /** Status */
                        status: number;
                        /** Title */
                        title: string;
                        /** Traceid */
                        traceId: string;
                        /** Type */
                        type: string;
                    };
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** Detail */
                        detail: string;
                        /**
                         * Errors
                         * @description `field` and `message` of what is not valid
                         * @default []
                         */
                        errors?: {
                            [key: string]: string;
                        }[];
                        /**
                         * Requestid
                         * @description the X-Request-ID of the request
                         */
                        requestId: string;
                        /** Status */
                        status: number;
                        /** Title */
                        title: string;
                        /** Traceid */
                        traceId: string;
                        /** Type */
                        type: string;
                    };
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** Detail */
                        detail: string;
                        /**
                         * Errors
                         * @description `field` and `message` of what is not valid
                         * @default []
                         */
                        errors?: {
                            [key: string]: string;
                        }[];
                        /**
                         * Requestid
                         * @description the X-Request-ID of the request
                         */
                        requestId: string;
                        /** Status */
                        status: number;
                        /** Title */
                        title: string;
                        /** Traceid */
                        traceId: string;
                        /** Type */
                        type: string;
                    };
                };
            };
        };
    };
    logout_api_users_logout_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RefreshRequest"];
            };
        };
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** Detail */
                        detail: string;
                        /**
                         * Errors
                         * @description `field` and `message` of what is not valid
                         * @default []
                         */
                        errors?: {
                            [key: string]: string;
                        }[];
                        /**
                         * Requestid
                         * @description the X-Request-ID of the request
                         */
                        requestId: string;
                        /** Status */
                        status: number;
                        /** Title */
                        title: string;
                        /** Traceid */
                        traceId: string;
                        /** Type */
                        type: string;
                    };
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** Detail */
                        detail: string;
                        /**
                         * Errors
                         * @description `field` and `message` of what is not valid
                         * @default []
                         */
                        errors?: {
                            [key: string]: string;
                        }[];
                        /**
                         * Requestid
                         * @description the X-Request-ID of the request
                         */
                        requestId: string;
                        /** Status */
                        status: number;
                        /** Title */
                        title: string;
                        /** Traceid */
                        traceId: string;
                        /** Type */
                        type: string;
                    };
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** Detail */
                        detail: string;
                        /**
                         * Errors
                         * @description `field` and `message` of what is not valid
                         * @default []
                         */
                        errors?: {
                            [key: string]: string;
                        }[];
                        /**
                         * Requestid
                         * @description the X-Request-ID of the request
                         */
                        requestId: string;
                        /** Status */
                        status: number;
                        /** Title */
                        title: string;
                        /** Traceid */
                        traceId: string;
                        /** Type */
                        type: string;
                    };
                };
            };
        };
    };
    logout_all_api_users_logout_all_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
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
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** Detail */
                        detail: string;
                        /**
                         * Errors
                         * @description `field` and `message` of what is not valid
                         * @default []
                         */
                        errors?: {
                            [key: string]: string;
                        }[];
                        /**
                         * Requestid
                         * @description the X-Request-ID of the request
                         */
                        requestId: string;
                        /** Status */
                        status: number;
                        /** Title */
                        title: string;
                        /** Traceid */
                        traceId: string;
                        /** Type */
                        type: string;
                    };
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** Detail */
                        detail: string;
                        /**
                         * Errors
                         * @description `field` and `message` of what is not valid
                         * @default []
                         */
                        errors?: {
                            [key: string]: string;
                        }[];
                        /**
                         * Requestid
                         * @description the X-Request-ID of the request
                         */
                        requestId: string;
                        /** Status */
                        status: number;
                        /** Title */
                        title: string;
                        /** Traceid */
                        traceId: string;
                        /** Type */
                        type: string;
                    };
                };
            };
        };
    };
    get_profile_api_users_profile_get: {
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
                    "application/json": components["schemas"]["UserResponse"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** Detail */
                        detail: string;
                        /**
                         * Errors
                         * @description `field` and `message` of what is not valid
                         * @default []
                         */
                        errors?: {
                            [key: string]: string;
                        }[];
                        /**
                         * Requestid
                         * @description the X-Request-ID of the request
                         */
                        requestId: string;
                        /** Status */
                        status: number;
                        /** Title */
                        title: string;
                        /** Traceid */
                        traceId: string;
                        /** Type */
                        type: string;
                    };
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** Detail */
                        detail: string;
                        /**
                         * Errors
                         * @description `field` and `message` of what is not valid
                         * @default []
                         */
                        errors?: {
                            [key: string]: string;
                        }[];
                        /**
                         * Requestid
                         * @description the X-Request-ID of the request
                         */
                        requestId: string;
                        /** Status */
                        status: number;
                        /** Title */
                        title: string;
                        /** Traceid */
                        traceId: string;
                        /** Type */
                        type: string;
                    };
                };
            };
        };
    };
    put_profile_api_users_profile_put: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ProfileUpdate"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UserResponse"];
                };
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** Detail */
                        detail: string;
                        /**
                         * Errors
                         * @description `field` and `message` of what is not valid
                         * @default []
                         */
                        errors?: {
                            [key: string]: string;
                        }[];
                        /**
                         * Requestid
                         * @description the X-Request-ID of the request
                         */
                        requestId: string;
                        /** Status */
                        status: number;
                        /** Title */
                        title: string;
                        /** Traceid */
                        traceId: string;
                        /** Type */
                        type: string;
                    };
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** Detail */
                        detail: string;
                        /**
                         * Errors
                         * @description `field` and `message` of what is not valid
                         * @default []
                         */
                        errors?: {
                            [key: string]: string;
                        }[];
                        /**
                         * Requestid
                         * @description the X-Request-ID of the request
                         */
                        requestId: string;
                        /** Status */
                        status: number;
                        /** Title */
                        title: string;
                        /** Traceid */
                        traceId: string;
                        /** Type */
                        type: string;
                    };
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** Detail */
                        detail: string;
                        /**
                         * Errors
                         * @description `field` and `message` of what is not valid
                         * @default []
                         */
                        errors?: {
                            [key: string]: string;
                        }[];
                        /**
                         * Requestid
                         * @description the X-Request-ID of the request
                         */
                        requestId: string;
                        /** Status */
                        status: number;
                        /** Title */
                        title: string;
                        /** Traceid */
                        traceId: string;
                        /** Type */
                        type: string;
                    };
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** Detail */
                        detail: string;
                        /**
                         * Errors
                         * @description `field` and `message` of what is not valid
                         * @default []
                         */
                        errors?: {
                            [key: string]: string;
                        }[];
                        /**
                         * Requestid
                         * @description the X-Request-ID of the request
                         */
                        requestId: string;
                        /** Status */
                        status: number;
                        /** Title */
                        title: string;
                        /** Traceid */
                        traceId: string;
                        /** Type */
                        type: string;
                    };
                };
            };
            /** @description Too Many Requests */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** Detail */
                        detail: string;
                        /**
                         * Errors
                         * @description `field` and `message` of what is not valid
                         * @default []
                         */
                        errors?: {
                            [key: string]: string;
                        }[];
                        /**
                         * Requestid
                         * @description the X-Request-ID of the request
                         */
                        requestId: string;
                        /** Status */
                        status: number;
                        /** Title */
                        title: string;
                        /** Traceid */
                        traceId: string;
                        /** Type */
                        type: string;
                    };
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** Detail */
                        detail: string;
                        /**
                         * Errors
                         * @description `field` and `message` of what is not valid
                         * @default []
                         */
                        errors?: {
                            [key: string]: string;
                        }[];
                        /**
                         * Requestid
                         * @description the X-Request-ID of the request
                         */
                        requestId: string;
                        /** Status */
                        status: number;
                        /** Title */
                        title: string;
                        /** Traceid */
                        traceId: string;
                        /** Type */
                        type: string;
                    };
                };
            };
        };
    };
    refresh_api_users_refresh_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RefreshRequest"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TokenResponse"];
                };
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** Detail */
                        detail: string;
                        /**
                         * Errors
                         * @description `field` and `message` of what is not valid
                         * @default []
                         */
                        errors?: {
                            [key: string]: string;
                        }[];
                        /**
                         * Requestid
                         * @description the X-Request-ID of the request
                         */
                        requestId: string;
                        /** Status */
                        status: number;
                        /** Title */
                        title: string;
                        /** Traceid */
                        traceId: string;
                        /** Type */
                        type: string;
                    };
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** Detail */
                        detail: string;
                        /**
                         * Errors
                         * @description `field` and `message` of what is not valid
                         * @default []
                         */
                        errors?: {
                            [key: string]: string;
                        }[];
                        /**
                         * Requestid
                         * @description the X-Request-ID of the request
                         */
                        requestId: string;
                        /** Status */
                        status: number;
                        /** Title */
                        title: string;
                        /** Traceid */
                        traceId: string;
                        /** Type */
                        type: string;
                    };
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** Detail */
                        detail: string;
                        /**
                         * Errors
                         * @description `field` and `message` of what is not valid
                         * @default []
                         */
                        errors?: {
                            [key: string]: string;
                        }[];
                        /**
                         * Requestid
                         * @description the X-Request-ID of the request
                         */
                        requestId: string;
                        /** Status */
                        status: number;
                        /** Title */
                        title: string;
                        /** Traceid */
                        traceId: string;
                        /** Type */
                        type: string;
                    };
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** Detail */
                        detail: string;
                        /**
                         * Errors
                         * @description `field` and `message` of what is not valid
                         * @default []
                         */
                        errors?: {
                            [key: string]: string;
                        }[];
                        /**
                         * Requestid
                         * @description the X-Request-ID of the request
                         */
                        requestId: string;
                        /** Status */
                        status: number;
                        /** Title */
                        title: string;
                        /** Traceid */
                        traceId: string;
                        /** Type */
                        type: string;
                    };
                };
            };
        };
    };
    register_api_users_register_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RegisterRequest"];
            };
        };
        responses: {
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UserResponse"];
                };
            };
            /** @description Bad Request */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** Detail */
                        detail: string;
                        /**
                         * Errors
                         * @description `field` and `message` of what is not valid
                         * @default []
                         */
                        errors?: {
                            [key: string]: string;
                        }[];
                        /**
                         * Requestid
                         * @description the X-Request-ID of the request
                         */
                        requestId: string;
                        /** Status */
                        status: number;
                        /** Title */
                        title: string;
                        /** Traceid */
                        traceId: string;
                        /** Type */
                        type: string;
                    };
                };
            };
            /** @description Conflict */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** Detail */
                        detail: string;
                        /**
                         * Errors
                         * @description `field` and `message` of what is not valid
                         * @default []
                         */
                        errors?: {
                            [key: string]: string;
                        }[];
                        /**
                         * Requestid
                         * @description the X-Request-ID of the request
                         */
                        requestId: string;
                        /** Status */
                        status: number;
                        /** Title */
                        title: string;
                        /** Traceid */
                        traceId: string;
                        /** Type */
                        type: string;
                    };
                };
            };
            /** @description Unprocessable Entity */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** Detail */
                        detail: string;
                        /**
                         * Errors
                         * @description `field` and `message` of what is not valid
                         * @default []
                         */
                        errors?: {
                            [key: string]: string;
                        }[];
                        /**
                         * Requestid
                         * @description the X-Request-ID of the request
                         */
                        requestId: string;
                        /** Status */
                        status: number;
                        /** Title */
                        title: string;
                        /** Traceid */
                        traceId: string;
                        /** Type */
                        type: string;
                    };
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": {
                        /** Detail */
                        detail: string;
                        /**
                         * Errors
                         * @description `field` and `message` of what is not valid
                         * @default []
                         */
                        errors?: {
                            [key: string]: string;
                        }[];
                        /**
                         * Requestid
                         * @description the X-Request-ID of the request
                         */
                        requestId: string;
                        /** Status */
                        status: number;
                        /** Title */
                        title: string;
                        /** Traceid */
                        traceId: string;
                        /** Type */
                        type: string;
                    };
                };
            };
        };
    };
}
