import { expect, test } from "vitest";
import { ApiError } from "./problem";

test.each([
  ["no answer", new ApiError(0), true],
  ["a service that broke", new ApiError(500), true],
  ["a service that did not answer the gateway", new ApiError(504), true],
  ["a database that does not answer", new ApiError(503, { type: "/api/problems/service-unavailable" }), true],
  ["too much work, not begun", new ApiError(503, { type: "/api/problems/overloaded" }), false],
  ["a backup, not begun", new ApiError(503, { type: "/api/problems/writes-paused" }), false],
  ["too many requests", new ApiError(429), false],
  ["a refusal", new ApiError(409), false],
])("after %s it is known whether it may be done", (_, error, mayBeDone) => {
  expect(error.mayBeDone).toBe(mayBeDone);
});
