/**
 * What the pages ask of tracing. Nothing here throws, and nothing waits for an exporter.
 *
 * A browser has no context that survives an `await`. So an action is *open* from the call of `withSpan` until its
 * work settles, and what begins meanwhile hangs on the innermost open action: nested actions ("pay" in "checkout")
 * and every `fetch`. Where two actions may be open beside each other, hand on `action.traceparent`: as the last
 * argument of `withSpan`, and as the header `traceparent` of a request. What is handed on is never mixed up.
 *
 * A checkout may outlive its first action: the card is declined and the customer tries another, or the page is
 * reloaded while the order waits. The checkout therefore keeps the `traceparent` of its first action with its
 * Idempotency-Key, and hands it to the later ones, which become children of that span in the same trace.
 */
import { context, trace } from "@opentelemetry/api";
import { abandon, currentSpan, run, type Action } from "./actions";
import { report } from "./failures";
import { leave, load, pageContext, pageSpan, show } from "./page";
import { traceIdOf, traceRequests } from "./requests";
import { provide, Waiting } from "./tracer";

export { randomId } from "./ids";
export type { Action };

/** Call once, before the first render. */
export function startTelemetry(): void {
  try {
    const waiting = new Waiting();
    provide(waiting);
    load();
    traceRequests();
    window.addEventListener("pagehide", () => {
      abandon();
      leave();
      waiting.forceFlush().catch(() => undefined);
    });
    whenSettled(() => {
      // Without it, spans wait in a short queue and are dropped.
      import("./exporting").then(({ startExporting }) => startExporting(waiting)).catch(() => undefined);
    });
  } catch (error) {
    console.warn("This page is not traced.", error);
  }
}

/**
 * Run `work` as one action of the customer: a span of that name, with an error status when `work` rejects.
 * @param traceparent the span to hang on (W3C Trace Context), in place of the innermost open action
 */
export function withSpan<T>(
  name: string,
  attributes: Record<string, string | number>,
  work: (action: Action) => Promise<T>,
  traceparent?: string,
): Promise<T> {
  return run(name, attributes, work, traceparent);
}

/** The trace of the request of ours that came to this: an answer, or the error that there was none. */
export function traceOf(outcome: unknown): string | undefined {
  return traceIdOf(outcome);
}

/** The trace of the innermost open action, else of the page's last route change or load. */
export function currentTraceId(): string | undefined {
  return (currentSpan() ?? pageSpan())?.spanContext().traceId;
}

/** A page was opened. @param pattern the route, such as /products/:id @param path the path itself */
export function routeChanged(pattern: string, path: string): void {
  show(pattern, path);
}

/** An error that nobody handled. */
export function reportError(error: unknown): void {
  console.error(error);
  const span = currentSpan();
  report(error, span ? trace.setSpan(context.active(), span) : pageContext());
}

/** After the document has loaded and the browser has nothing better to do. */
function whenSettled(then: () => void): void {
  const idle = () =>
    "requestIdleCallback" in window ? requestIdleCallback(then, { timeout: 2_000 }) : setTimeout(then);
  if (document.readyState === "complete") idle();
  else window.addEventListener("load", idle, { once: true });
}
