/** The page that is shown: its load or its route change is a span, and what it fetches at first hangs on it. */
import { ROOT_CONTEXT, trace, type Context, type Span } from "@opentelemetry/api";
import { tracer } from "./tracer";

const OPENING_MS = 10_000; // what is fetched later (polls, refreshes) is a trace of its own
const PAINT_LIMIT_MS = 1_000; // a page in the background is not painted

interface Page {
  readonly span: Span;
  readonly since: number;
  path: string | undefined;
}

let current: Page | undefined;
let early: [pattern: string, path: string] | undefined; // the router may be there before us

/** The load of the document: begins with the navigation, ends when it is loaded and its route is known. */
export function load(): void {
  const span = tracer().startSpan("page load", { root: true, startTime: performance.timeOrigin });
  current = { span, since: 0, path: undefined };
  if (early) show(...early);
}

/** A route was opened. */
export function show(pattern: string, path: string): void {
  if (!current) {
    early = [pattern, path];
    return;
  }
  if (current.path === path) return;
  const route = { "http.route": pattern, "url.path": path };
  if (current.path === undefined) {
    const { span } = current;
    current.path = path;
    span.setAttributes(route).updateName(`page load ${pattern}`);
    if (document.readyState === "complete") span.end();
    else window.addEventListener("load", () => span.end(), { once: true });
    return;
  }
  const span = tracer().startSpan(`page ${pattern}`, { root: true, attributes: route });
  current = { span, since: performance.now(), path };
  afterPaint(() => span.end());
}

/** Where a request without an action belongs: to the page while it opens, then to nothing. */
export function opening(): Context {
  if (!current || performance.now() - current.since > OPENING_MS) return ROOT_CONTEXT;
  return pageContext();
}

/** The page, however long it has been shown. */
export function pageContext(): Context {
  return current ? trace.setSpan(ROOT_CONTEXT, current.span) : ROOT_CONTEXT;
}

export function pageSpan(): Span | undefined {
  return current?.span;
}

/** The page goes away. */
export function leave(): void {
  current?.span.end();
}

function afterPaint(then: () => void): void {
  const limit = setTimeout(then, PAINT_LIMIT_MS);
  requestAnimationFrame(() =>
    requestAnimationFrame(() => {
      clearTimeout(limit);
      then();
    }),
  );
}
