"""A batch span processor that counts what it could not deliver."""

import threading
from collections.abc import Sequence

from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult

from observability.metrics import spans_dropped, spans_queued

__all__ = ["CountingBatchProcessor"]

_SHUTDOWN_MS = 4000


class _Backlog:
    """Spans that ended and were not yet handed to the exporter."""

    def __init__(self, limit: int) -> None:
        self._lock = threading.Lock()
        self._limit = limit
        self._size = 0
        spans_queued.set_function(lambda: self._size)

    def add(self) -> None:
        with self._lock:
            if self._size < self._limit:
                self._size += 1
            else:
                spans_dropped.inc()  # the processor discards its oldest span for this one

    def take(self, count: int) -> None:
        with self._lock:
            self._size = max(0, self._size - count)


class _CountingExporter(SpanExporter):
    def __init__(self, exporter: SpanExporter, backlog: _Backlog) -> None:
        self._exporter = exporter
        self._backlog = backlog

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        self._backlog.take(len(spans))
        result = SpanExportResult.FAILURE
        try:
            result = self._exporter.export(spans)
        finally:
            if result is not SpanExportResult.SUCCESS:
                spans_dropped.inc(len(spans))
        return result

    def shutdown(self) -> None:
        self._exporter.shutdown()

    def force_flush(self, timeout_millis: int = 30_000) -> bool:
        return self._exporter.force_flush(timeout_millis)


class CountingBatchProcessor(BatchSpanProcessor):
    """`BatchSpanProcessor` that keeps `telemetry_export_queue_spans` and `telemetry_spans_dropped_total`.

    queue: spans kept at most; when it is full the oldest is dropped.
    delay: seconds between two exports.
    """

    def __init__(self, exporter: SpanExporter, *, queue: int = 8192, delay: float = 0.5) -> None:
        self._backlog = _Backlog(queue)
        super().__init__(
            _CountingExporter(exporter, self._backlog),
            max_queue_size=queue,
            schedule_delay_millis=delay * 1000,
            max_export_batch_size=512,
        )

    def on_end(self, span: ReadableSpan) -> None:
        """Queue `span`; never blocks."""
        if span.context.trace_flags.sampled:
            self._backlog.add()
        super().on_end(span)

    def shutdown(self) -> None:
        """Export what is queued, for a few seconds at most: a dead store must not hold a process up."""
        self._batch_processor.shutdown(timeout_millis=_SHUTDOWN_MS)
