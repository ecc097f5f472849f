import type { ReadableSpan, SpanProcessor } from "@opentelemetry/sdk-trace";
import { expect, it } from "vitest";
import { template, withoutPersonal, withoutQuery } from "./privacy";
import { provide, tracer, Waiting } from "./tracer";

function target(): SpanProcessor & { got: string[] } {
  const got: string[] = [];
  return {
    got,
    onStart: () => undefined,
    onEnd: ({ name }) => void got.push(name),
    forceFlush: () => Promise.resolve(),
    shutdown: () => Promise.resolve(),
  };
}
const named = (name: string) => ({ name }) as ReadableSpan;

it("keeps spans until something can send them, in their order", () => {
  const waiting = new Waiting();
  waiting.onEnd(named("first"));
  waiting.onEnd(named("second"));
  const sender = target();
  waiting.handOnTo(sender);
  waiting.onEnd(named("third"));
  expect(sender.got).toEqual(["first", "second", "third"]);
});

it("says which page and which SDK a span is from", () => {
  let from: ReadableSpan["resource"] | undefined;
  provide({ ...target(), onEnd: ({ resource }) => void (from = resource) });
  tracer().startSpan("any").end();
  expect(from?.attributes).toMatchObject({
    "service.name": "frontend",
    "telemetry.sdk.name": "opentelemetry",
    "telemetry.sdk.version": expect.stringMatching(/^\d+\./) as string,
    "telemetry.sdk.language": expect.any(String) as string,
  });
});

it("keeps no more than 200 when nothing ever comes to send them", () => {
  const waiting = new Waiting();
  for (let i = 0; i < 1000; i++) waiting.onEnd(named(String(i)));
  const sender = target();
  waiting.handOnTo(sender);
  expect(sender.got).toHaveLength(200);
});

it.each([
  ["http://user:secret@shop.test/products?q=jane#top", "http://shop.test/products"],
  ["http://[broken", ""],
])("leaves of %j only where it leads", (address, left) => {
  expect(withoutQuery(address)).toBe(left);
});

it.each([
  ["/api/orders/0190a5c2-7e1b-7cc3-98c4-dc0c0c07398f", "/api/orders/{id}"],
  ["/api/products/7/stock", "/api/products/{id}/stock"],
  ["/api/products/categories", "/api/products/categories"],
])("names %s without its ids", (path, name) => {
  expect(template(path)).toBe(name);
});

it("takes e-mail addresses and card numbers out of a text", () => {
  expect(withoutPersonal("a.b+c@example.co.uk paid with 4000000000000002, order 42")).toBe(
    "<email> paid with <number>, order 42",
  );
});
