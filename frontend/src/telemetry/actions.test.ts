import { context, trace } from "@opentelemetry/api";
import {
  InMemorySpanExporter,
  SimpleSpanProcessor,
  StackContextManager,
  TracerProvider,
} from "@opentelemetry/sdk-trace";
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { abandon, run } from "./actions";
import { traceRequests } from "./requests";

const exporter = new InMemorySpanExporter();
let answer: (request: Request) => Promise<Response>;

/** The span of that name; the path is enough for a request. */
const span = (name: string) => exporter.getFinishedSpans().find((found) => found.name.endsWith(name))!;
const parentOf = (name: string) => span(name).parentSpanContext?.spanId;
const idOf = (name: string) => span(name).spanContext().spanId;
const later = () => new Promise((resolve) => setTimeout(resolve, 1));

beforeAll(() => {
  vi.stubGlobal("location", new URL("http://shop.test/checkout"));
  vi.stubGlobal("window", globalThis);
  const provider = new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] });
  trace.setGlobalTracerProvider(provider);
  context.setGlobalContextManager(new StackContextManager().enable());
  vi.stubGlobal("fetch", (input: Request) => answer(input));
  traceRequests();
});

beforeEach(() => {
  answer = () => Promise.resolve(new Response("{}", { headers: { "X-Request-ID": "request-1" } }));
});

afterEach(() => {
  abandon();
  exporter.reset();
});

const get = (path: string, traceparent?: string) =>
  fetch(`http://shop.test${path}`, traceparent ? { headers: { traceparent } } : {});

describe("a request", () => {
  it("hangs on the open action, however many awaits later, and carries it to the service", async () => {
    let seen: string | null = null;
    answer = (request) => {
      seen = request.headers.get("traceparent");
      return Promise.resolve(new Response("{}"));
    };
    await run("checkout", {}, async () => {
      await later();
      await get("/api/orders/0190a5c2-7e1b-7cc3-98c4-dc0c0c07398f?email=jane@example.com");
    });
    expect(parentOf("/api/orders/{id}")).toBe(idOf("checkout"));
    expect(seen).toBe(`00-${span("checkout").spanContext().traceId}-${idOf("/api/orders/{id}")}-01`);
    expect(span("/api/orders/{id}").attributes).toMatchObject({
      "http.request.method": "GET",
      "url.full": "http://shop.test/api/orders/0190a5c2-7e1b-7cc3-98c4-dc0c0c07398f",
      "shop.order.id": "0190a5c2-7e1b-7cc3-98c4-dc0c0c07398f",
      "server.address": "shop.test",
      "server.port": 80,
    });
  });

  it("hangs on the nested action while that is open, then on the outer one again", async () => {
    await run("checkout", {}, async () => {
      await later();
      await run("pay", {}, async () => {
        await later();
        await get("/api/payments");
      });
      await get("/api/orders");
    });
    expect(parentOf("pay")).toBe(idOf("checkout"));
    expect(parentOf("/api/payments")).toBe(idOf("pay"));
    expect(parentOf("/api/orders")).toBe(idOf("checkout"));
  });

  it("belongs to the action that it names, whatever else is open", async () => {
    const one = run("one", {}, async ({ traceparent }) => {
      await later();
      await get("/api/products/1", traceparent);
    });
    const two = run("two", {}, async ({ traceparent }) => {
      await later();
      await get("/api/orders", traceparent);
    });
    await Promise.all([one, two]);
    expect(parentOf("/api/products/{id}")).toBe(idOf("one"));
    expect(parentOf("/api/orders")).toBe(idOf("two"));
  });

  it("belongs to neither of two actions beside each other when it names none", async () => {
    const first = run("add to cart", {}, later);
    const second = run("add to cart", {}, later);
    await get("/api/products");
    await Promise.all([first, second]);
    expect(parentOf("/api/products")).toBeUndefined();
    const traces = exporter.getFinishedSpans().map((found) => found.spanContext().traceId);
    expect(new Set(traces).size).toBe(3);
  });

  it("hangs on what nested actions beside each other have in common", async () => {
    await run("checkout", {}, async () => {
      const inner = [run("pay", {}, later), run("address", {}, later)];
      await get("/api/products");
      await Promise.all(inner);
    });
    expect(parentOf("/api/products")).toBe(idOf("checkout"));
  });

  it("tells its request id, and fails as the answer does", async () => {
    answer = () =>
      Promise.resolve(new Response("{}", { status: 503, headers: { "X-Request-ID": "request-9" } }));
    await get("/api/orders");
    expect(span("/api/orders").attributes).toMatchObject({
      "shop.request.id": "request-9",
      "http.response.status_code": 503,
      "error.type": "503",
    });
    expect(span("/api/orders").status.code).toBe(2);
  });

  it("passes an error on, and has not failed when it was called off", async () => {
    answer = () => Promise.reject(new DOMException("called off", "AbortError"));
    await expect(get("/api/orders")).rejects.toThrow("called off");
    expect(span("/api/orders").status.code).toBe(0);
    expect(span("/api/orders").attributes).not.toHaveProperty("error.type");
    answer = () => Promise.reject(new TypeError("Failed to fetch"));
    await expect(get("/api/products")).rejects.toThrow("Failed to fetch");
    expect(span("/api/products").status.code).toBe(2);
    expect(span("/api/products").attributes["error.type"]).toBe("TypeError");
  });

  it("is left alone where it is not to our API", async () => {
    const seen: unknown[] = [];
    answer = (request) => {
      seen.push(request);
      return Promise.resolve(new Response(""));
    };
    await fetch("http://elsewhere.test/api/orders");
    await fetch("http://shop.test/otlp/v1/traces", { method: "POST" });
    expect(exporter.getFinishedSpans()).toEqual([]);
    expect(seen).toEqual(["http://elsewhere.test/api/orders", "http://shop.test/otlp/v1/traces"]);
  });
});

describe("an action", () => {
  it("goes on in the trace that it is given, as after a reload", async () => {
    const traceId = "0af7651916cd43dd8448eb211c80319c";
    await run("checkout", {}, later, `00-${traceId}-b7ad6b7169203331-01`);
    expect(span("checkout").spanContext().traceId).toBe(traceId);
    expect(parentOf("checkout")).toBe("b7ad6b7169203331");
  });

  it.each(["", "nonsense", "00-xyz-abc-01"])("begins a trace of its own when %j is given", async (given) => {
    await run("checkout", {}, later, given);
    expect(span("checkout").parentSpanContext).toBeUndefined();
  });

  it("fails with its work, without what is personal", async () => {
    const work = () => Promise.reject(new Error("no mail to jane@example.com, card 4242 4242 4242 4242"));
    await expect(run("pay", {}, work)).rejects.toThrow("jane@example.com");
    expect(span("pay").status).toEqual({ code: 2, message: "no mail to <email>, card <number>" });
    const sent = span("pay").events.map((event) => event.attributes); // their times are digits, too
    expect(JSON.stringify(sent)).toContain("<email>");
    expect(JSON.stringify(sent)).not.toMatch(/jane|4242/);
  });

  it("fails, rather than throws, when its work breaks at once", async () => {
    const broken = run("pay", {}, () => {
      throw new Error("at once");
    });
    await expect(broken).rejects.toThrow("at once");
    expect(span("pay").status.code).toBe(2);
  });

  it("takes what becomes known meanwhile", async () => {
    await run("checkout", { lines: 2 }, async (action) => {
      await later();
      action.set({ "shop.order.id": "42" });
    });
    expect(span("checkout").attributes).toMatchObject({ lines: 2, "shop.order.id": "42" });
  });

  it("ends when the page goes away, and is marked", async () => {
    const open = run("checkout", {}, later);
    abandon();
    expect(span("checkout").attributes).toEqual({ "shop.action.abandoned": true });
    await open;
    expect(exporter.getFinishedSpans()).toHaveLength(1);
  });
});
