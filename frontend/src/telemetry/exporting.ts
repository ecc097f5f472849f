/** What is loaded when the page has settled: the exporter, the timing of the document, the web vitals. */
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { BatchSpanProcessor } from "@opentelemetry/sdk-trace";
import { recordLoad } from "./document";
import { pageContext } from "./page";
import type { Waiting } from "./tracer";
import { watchVitals } from "./vitals";

/** Send spans in small batches: what a page that goes away may still send is 64 KiB, which is the gateway's limit too. */
export function startExporting(waiting: Waiting): void {
  watchVitals(); // before the processor: its last values come when the page is hidden, which flushes
  recordLoad(pageContext());
  waiting.handOnTo(
    new BatchSpanProcessor({
      // Three attempts at most, within 3 s: a store that is away is not worth more of a customer's battery.
      exporter: new OTLPTraceExporter({ url: `${location.origin}/otlp/v1/traces`, timeoutMillis: 3_000 }),
      maxQueueSize: 200,
      maxExportBatchSize: 32,
      scheduledDelayMillis: 2_000,
      exportTimeoutMillis: 5_000,
    }),
  );
}
