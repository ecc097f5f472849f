/** LCP, INP and CLS (https://web.dev/articles/vitals), each a span that is found by `browser.web_vital.name` and `.rating`. */
import { onCLS, onINP, onLCP, type Metric } from "web-vitals";
import { pageContext } from "./page";
import { tracer } from "./tracer";

export function watchVitals(): void {
  onLCP(record);
  onINP(record);
  onCLS(record);
}

function record({ name: metric, value, delta, rating, id, entries, navigationType }: Metric): void {
  const name = metric.toLowerCase(); // as the conventions have it
  // LCP counts from the navigation, INP is the duration of an interaction, CLS has no time of its own.
  const start = metric === "LCP" ? 0 : metric === "INP" ? entries[0]?.startTime : undefined;
  const begin = performance.timeOrigin + (start ?? performance.now());
  const span = tracer().startSpan(
    `web vital ${name}`,
    {
      startTime: begin,
      attributes: {
        "browser.web_vital.name": name,
        "browser.web_vital.value": value,
        "browser.web_vital.delta": delta,
        "browser.web_vital.rating": rating,
        "browser.web_vital.id": id,
        "browser.web_vital.navigation_type": navigationType,
        "url.path": location.pathname,
      },
    },
    pageContext(),
  );
  span.end(start === undefined ? begin : begin + value);
}
