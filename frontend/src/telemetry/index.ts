/**
 * What the pages ask of tracing. Nothing here throws, and nothing waits for an exporter.
 *
 * A browser has no context that survives an `await`. So an action is *open* from the call of `withSpan` until its
 * work settles, and whatever begins meanwhile hangs on the innermost open action: nested actions ("pay" in
 * "checkout") and every `fetch`.
 *
 * A checkout may outlive its first action: the card is declined and the customer tries another, or the page is
 * reloaded while the order waits. The checkout therefore keeps `currentTraceparent()` of its first action with its
 * Idempotency-Key, and hands it to the later ones, which become children of that span in the same trace.
 */

/** Call once, before the first render. */
export function startTelemetry(): void {}

/**
 * Run `work` as one action of the customer: a span of that name, with an error status when `work` rejects.
 * @param traceparent the span to hang on (W3C Trace Context) when no other action is open
 */
export function withSpan<T>(
  _name: string,
  _attributes: Record<string, string | number>,
  work: () => Promise<T>,
  _traceparent?: string,
): Promise<T> {
  return work();
}

/** The innermost open action as W3C `traceparent`, to be kept and handed to a later `withSpan`. */
export function currentTraceparent(): string | undefined {
  return undefined;
}

/** The trace of the innermost open action, else of the page's last route change or load. */
export function currentTraceId(): string | undefined {
  return undefined;
}

/** A page was opened. @param pattern the route, such as /products/:id @param path the path itself */
export function routeChanged(_pattern: string, _path: string): void {}

/** An error that nobody handled. */
export function reportError(error: unknown): void {
  console.error(error);
}

/** Where a trace may be looked at, or undefined where it may not: `<meta name="trace-ui">` says so. */
export function traceUrl(traceId: string): string | undefined {
  const base = document.querySelector<HTMLMetaElement>('meta[name="trace-ui"]')?.content;
  return base ? `${base.replace(/\/$/, "")}/trace/${traceId}` : undefined;
}
