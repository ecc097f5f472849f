import { afterEach, expect, test, vi } from "vitest";
import { api, data } from "./client";

const products = () => data(api.GET("/api/products/categories", { baseUrl: "http://shop" }));

/** An answer that begins and breaks off. */
function answerWith(reason: Error): void {
  const body = new ReadableStream({ start: (controller) => controller.error(reason) });
  const headers = { "Content-Type": "application/json" };
  vi.stubGlobal("fetch", async () => new Response(body, { headers }));
}

afterEach(() => vi.unstubAllGlobals());

test("an answer that breaks off is none, and may be asked for again", async () => {
  answerWith(new TypeError("network error"));
  await expect(products()).rejects.toMatchObject({ name: "ApiError", status: 0, isTemporary: true });
});

test("what the page itself calls off is no failure of the shop", async () => {
  answerWith(new DOMException("called off", "AbortError"));
  await expect(products()).rejects.toMatchObject({ name: "AbortError" });
});
