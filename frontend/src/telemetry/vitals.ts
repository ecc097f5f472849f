/** LCP, INP and CLS (https://web.dev/articles/vitals), each a span that is found by `web_vital.name` and `.rating`. */
import { onCLS, onINP, onLCP, type Metric } from "web-vitals";
import { pageContext } from "./page";
import { tracer } from "./tracer";

export function watchVitals(): void {
  onLCP(record);
  onINP(record);
  onCLS(record);
}

function record({ name, value, rating, id, entries, navigationType }: Metric): void {
  // LCP counts from the navigation, INP is the duration of an interaction, CLS has no time of its own.
  const start = name === "LCP" ? 0 : name === "INP" ? entries[0]?.startTime : undefined;
  const begin = performance.timeOrigin + (start ?? performance.now());
  const span = tracer().startSpan(
    `web vital ${name}`,
    {
      startTime: begin,
      attributes: {
        "web_vital.name": name,
        "web_vital.value": value,
        "web_vital.rating": rating,
        "web_vital.id": id,
        "web_vital.navigation_type": navigationType,
        "url.path": location.pathname,
      },
    },
    pageContext(),
  );
  span.end(start === undefined ? begin : begin + value);
}
