/** How the document was loaded, from the browser's own record (W3C Navigation and Resource Timing). */
import { trace, type Context, type Span, type TimeInput } from "@opentelemetry/api";
import { withoutQuery } from "./privacy";
import { tracer } from "./tracer";

const CODE = new Set(["script", "link", "css"]); // pictures by the dozen would hide what a load is made of

/** Spans for the document, for its phases as events, and for the scripts and styles it needed. */
export function recordLoad(parent: Context): void {
  const [navigation] = performance.getEntriesByType("navigation");
  if (!navigation) return;
  const load = record("documentLoad", navigation, parent);
  for (const phase of [
    "domInteractive",
    "domContentLoadedEventEnd",
    "domComplete",
    "loadEventEnd",
  ] as const) {
    load.addEvent(phase, at(navigation[phase]));
  }
  for (const { name, startTime } of performance.getEntriesByType("paint")) load.addEvent(name, at(startTime));
  const inside = trace.setSpan(parent, load);
  record("documentFetch", navigation, inside).end(at(navigation.responseEnd));
  for (const entry of performance.getEntriesByType("resource")) {
    if (entry.startTime > navigation.loadEventEnd || !CODE.has(entry.initiatorType)) continue;
    record("resourceFetch", entry, inside).end(at(entry.responseEnd));
  }
  load.end(at(navigation.loadEventEnd));
}

function record(name: string, entry: PerformanceResourceTiming, parent: Context): Span {
  const { encodedBodySize: size, transferSize } = entry;
  // What comes from the cache has its size too, but little or nothing was transferred.
  const attributes = {
    "url.full": withoutQuery(entry.name),
    "http.response.body.size": transferSize < size ? 0 : size,
  };
  return tracer().startSpan(name, { startTime: at(entry.fetchStart), attributes }, parent);
}

/** A time of the browser's clock, which counts from the navigation. */
function at(time: number): TimeInput {
  return performance.timeOrigin + time;
}
