/**
 * Every `fetch` of ours to our own origin is a span and carries it as `traceparent`.
 *
 * By hand, for two reasons: @opentelemetry/instrumentation-fetch knows only the active context, which no `await`
 * survives, and with what it needs it is 7 KB of the first page where this is half of one.
 */
import { context, SpanKind, SpanStatusCode, trace, type Context, type Span } from "@opentelemetry/api";
import { fromHeader, innermost, toHeader } from "./actions";
import { opening } from "./page";
import { template, withoutQuery } from "./privacy";
import { tracer } from "./tracer";

const TRACED = "/api/";

const traces = new WeakMap<object, string>();

/** Of the request that came to this: an answer, or the error that there was none. */
export function traceIdOf(outcome: unknown): string | undefined {
  return traces.get(outcome as object);
}

export function traceRequests(): void {
  const original = window.fetch.bind(window);
  window.fetch = (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input, location.href);
    if (url.origin !== location.origin || !url.pathname.startsWith(TRACED)) return original(input, init);
    return send(new Request(input, init), url, original);
  };
}

async function send(request: Request, url: URL, original: typeof fetch): Promise<Response> {
  const { method, headers } = request;
  const { pathname, href, hostname, port, protocol } = url;
  const path = template(pathname);
  const attributes = {
    "http.request.method": method,
    "server.address": hostname,
    "server.port": Number(port || (protocol === "https:" ? 443 : 80)),
    "url.full": withoutQuery(href),
    "url.template": path,
  };
  const span = tracer().startSpan(
    `${method} ${path}`,
    { kind: SpanKind.CLIENT, attributes },
    parentOf(headers.get("traceparent")),
  );
  const traceparent = toHeader(span);
  if (traceparent) headers.set("traceparent", traceparent);
  try {
    const response = await original(request);
    if (traceparent) traces.set(response, span.spanContext().traceId);
    describe(span, pathname, response);
    return response;
  } catch (error) {
    if (traceparent && error instanceof Error) traces.set(error, span.spanContext().traceId);
    const reason = error instanceof Error ? error.name : "Error";
    // A request that the page has called off has not failed.
    if (reason !== "AbortError") {
      span.setAttribute("error.type", reason);
      span.setStatus({ code: SpanStatusCode.ERROR, message: reason });
    }
    throw error;
  } finally {
    span.end();
  }
}

/** The action that the request names, else the one that is open, else the page that opens. */
function parentOf(named: string | null): Context {
  if (named) return fromHeader(named);
  if (trace.getSpan(context.active())) return context.active();
  const action = innermost();
  return action ? trace.setSpan(context.active(), action.span) : opening();
}

function describe(span: Span, pathname: string, { status, headers }: Response): void {
  span.setAttribute("http.response.status_code", status);
  if (status >= 400) {
    span.setAttribute("error.type", String(status));
    span.setStatus({ code: SpanStatusCode.ERROR });
  }
  const requestId = headers.get("x-request-id");
  if (requestId) span.setAttribute("shop.request.id", requestId);
  const order = /^\/api\/(?:orders|payments)\/([0-9a-f-]{36})(?:\/|$)/.exec(pathname)?.[1];
  if (order) span.setAttribute("shop.order.id", order);
}
