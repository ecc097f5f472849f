/** Errors as spans: those of an action, and those that nobody handled. */
import { SpanStatusCode, type Context, type Span } from "@opentelemetry/api";
import { withoutPersonal } from "./privacy";
import { tracer } from "./tracer";

const MOST_ERRORS = 50; // of a page: one that fails in a loop is not sent for ever
const LONGEST_STACK = 4000; // characters

const seen = new WeakSet<object>();
let reported = 0;

/** Mark the span as failed by the error. */
export function fail(span: Span, error: unknown): void {
  const { name, message, stack } = describe(error);
  span.recordException({ name, message, stack });
  span.setStatus({ code: SpanStatusCode.ERROR, message });
  span.setAttribute("error.type", name);
}

/** A span of its own for an error that nobody handled, once for each error. */
export function report(error: unknown, parent: Context): void {
  if (typeof error === "object" && error !== null) {
    if (seen.has(error)) return;
    seen.add(error);
  }
  if (++reported > MOST_ERRORS) return;
  const span = tracer().startSpan(
    "unhandled error",
    { attributes: { "url.path": location.pathname } },
    parent,
  );
  fail(span, error);
  span.end();
}

function describe(error: unknown): { name: string; message: string; stack: string } {
  if (!(error instanceof Error))
    return { name: typeof error, message: withoutPersonal(String(error)), stack: "" };
  return {
    name: error.name,
    message: withoutPersonal(error.message),
    stack: withoutPersonal(error.stack ?? "").slice(0, LONGEST_STACK),
  };
}
