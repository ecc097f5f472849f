import { InMemorySpanExporter, SimpleSpanProcessor } from "@opentelemetry/sdk-trace";
import { expect, it, vi } from "vitest";
import { onCLS, type CLSMetric } from "web-vitals";
import { provide } from "./tracer";
import { watchVitals } from "./vitals";

vi.mock("web-vitals", () => ({ onCLS: vi.fn(), onINP: vi.fn(), onLCP: vi.fn() }));

it("tells a vital as it grows, and what was added: a sum counts nothing twice", () => {
  const exporter = new InMemorySpanExporter();
  provide(new SimpleSpanProcessor({ exporter }));
  vi.stubGlobal("location", new URL("http://shop.test/cart"));
  watchVitals();
  const tell = (changes: Partial<CLSMetric>) =>
    vi.mocked(onCLS).mock.lastCall?.[0]({ name: "CLS", id: "v5-1", entries: [], ...changes } as never);
  tell({ value: 0.1, delta: 0.1 });
  tell({ value: 0.3, delta: 0.2 });
  const told = exporter.getFinishedSpans().map(({ attributes }) => attributes);
  expect(told.map((one) => one["browser.web_vital.delta"])).toEqual([0.1, 0.2]);
  expect(told.map((one) => one["browser.web_vital.value"])).toEqual([0.1, 0.3]);
});
