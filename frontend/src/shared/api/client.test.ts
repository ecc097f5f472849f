import { trace } from "@opentelemetry/api";
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from "@opentelemetry/sdk-trace";
import { afterEach, expect, test, vi } from "vitest";
import { withSpan } from "@/telemetry";
import { traceRequests } from "@/telemetry/requests";
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

test.each([
  ["no answer", () => Promise.reject(new TypeError("Failed to fetch"))],
  ["an answer without an id", async () => new Response("<h1>Bad gateway</h1>", { status: 502 })],
])("the trace of a failure is that of its request, whatever else is open: %s", async (_, answer) => {
  vi.stubGlobal("location", new URL("http://shop/"));
  vi.stubGlobal("window", globalThis);
  let fail = () => {};
  const sent = vi.fn(() => new Promise<void>((resolve) => (fail = resolve)).then(answer));
  vi.stubGlobal("fetch", sent);
  const exporter = new InMemorySpanExporter();
  trace.setGlobalTracerProvider(
    new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] }),
  );
  traceRequests();
  const failed = products().catch((error: unknown) => error);
  await vi.waitFor(() => expect(sent).toHaveBeenCalled());
  await withSpan("add to cart", {}, () => {
    fail();
    return failed;
  });
  const [request] = exporter.getFinishedSpans();
  expect(request?.name).toBe("GET /api/products/categories");
  expect(await failed).toMatchObject({ traceId: request?.spanContext().traceId });
  trace.disable();
});

test("a failure of what is not traced has no trace id", async () => {
  vi.stubGlobal("fetch", () => Promise.reject(new TypeError("Failed to fetch")));
  await expect(products()).rejects.toMatchObject({ status: 0, traceId: undefined });
});
