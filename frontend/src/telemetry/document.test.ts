import { ROOT_CONTEXT } from "@opentelemetry/api";
import { InMemorySpanExporter, SimpleSpanProcessor } from "@opentelemetry/sdk-trace";
import { expect, it, vi } from "vitest";
import { recordLoad } from "./document";
import { provide } from "./tracer";

const exporter = new InMemorySpanExporter();
provide(new SimpleSpanProcessor({ exporter }));

it.each([
  ["over the network", 9_300, 9_000],
  ["from the cache", 0, 0],
  ["from the cache, after a question", 300, 0],
])("tells how much was transferred of a document that came %s", (_, transferSize, size) => {
  exporter.reset();
  const navigation = { name: "http://shop.test/", fetchStart: 1, responseEnd: 2, loadEventEnd: 3 };
  vi.spyOn(performance, "getEntriesByType").mockImplementation(
    (kind) =>
      (kind === "navigation" ? [{ ...navigation, encodedBodySize: 9_000, transferSize }] : []) as never,
  );
  recordLoad(ROOT_CONTEXT);
  const told = exporter.getFinishedSpans().map(({ attributes }) => attributes["http.response.body.size"]);
  expect(told).toEqual([size, size]); // documentFetch and documentLoad
});
