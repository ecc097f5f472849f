"""observability.export"""

import threading
import time
from collections.abc import Sequence

import pytest
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult
from opentelemetry.sdk.trace.sampling import Decision, StaticSampler

from observability import export
from observability.export import CountingBatchProcessor
from observability.testing import MetricDelta, metric_value


class Store(SpanExporter):
    """A trace store: takes spans when `open` is set, and answers with `result`."""

    def __init__(self, result: SpanExportResult | Exception = SpanExportResult.SUCCESS) -> None:
        self.open = threading.Event()
        self.entered = threading.Event()
        self.open.set()
        self.threads: set[str] = set()
        self.names: list[str] = []
        self.result = result

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        self.threads.add(threading.current_thread().name)
        self.entered.set()
        assert self.open.wait(10)
        if isinstance(self.result, Exception):
            raise self.result
        self.names += [span.name for span in spans]
        return self.result


def _traced(store: Store, count: int, **options: float) -> tuple[TracerProvider, CountingBatchProcessor]:
    provider = TracerProvider(shutdown_on_exit=False)
    processor = CountingBatchProcessor(store, **options)  # type: ignore[arg-type]
    provider.add_span_processor(processor)
    _spans(provider, count)
    return provider, processor


def _spans(provider: TracerProvider, count: int) -> None:
    for number in range(count):
        provider.get_tracer("t").start_span(f"span {number}").end()


def test_delivers_and_drops_nothing() -> None:
    """With a store that works every span arrives, none is counted, nothing is left waiting."""
    store, dropped = Store(), MetricDelta("telemetry_spans_dropped_total")
    provider, _ = _traced(store, 600)
    provider.shutdown()
    assert sorted(store.names) == sorted(f"span {n}" for n in range(600))
    assert dropped.value == 0
    assert metric_value("telemetry_export_queue_spans") == 0


def test_counts_what_a_broken_store_loses() -> None:
    """A store that refuses, or that cannot be reached, costs the spans; each of them is counted."""
    for result in (SpanExportResult.FAILURE, ConnectionError("down")):
        dropped = MetricDelta("telemetry_spans_dropped_total")
        provider, _ = _traced(Store(result), 7)
        provider.shutdown()
        assert dropped.value == 7


def test_a_full_queue_drops_the_oldest_and_counts_them() -> None:
    """A slow store fills the queue; then the newest spans are kept, and the gauge says how many wait."""
    store, dropped = Store(), MetricDelta("telemetry_spans_dropped_total")
    store.open.clear()
    provider, _ = _traced(store, 512, queue=600, delay=60)  # the first batch is taken...
    assert store.entered.wait(5)
    _spans(provider, 700)  # ...and stays with the store while these arrive
    assert metric_value("telemetry_export_queue_spans") == 600
    assert dropped.value == 100
    store.open.set()
    provider.shutdown()
    assert store.names.count("span 0") == 1  # of the first batch only
    assert "span 699" in store.names
    assert dropped.value == 100


@pytest.mark.alone
def test_the_request_path_never_waits() -> None:
    """Spans end at once while the store hangs: exporting is a thread's business."""
    store = Store()
    store.open.clear()
    provider, _ = _traced(store, 512)
    assert store.entered.wait(5)
    started = time.process_time()
    wall = time.perf_counter()
    _spans(provider, 100)
    assert time.perf_counter() - wall < 1.0
    assert time.process_time() - started < 1.0
    assert threading.current_thread().name not in store.threads
    store.open.set()
    provider.shutdown()


def test_unsampled_spans_are_not_counted() -> None:
    """What is recorded but not sampled was never to be exported."""
    dropped = MetricDelta("telemetry_spans_dropped_total")
    provider = TracerProvider(sampler=StaticSampler(Decision.RECORD_ONLY), shutdown_on_exit=False)
    provider.add_span_processor(CountingBatchProcessor(Store(SpanExportResult.FAILURE)))
    _spans(provider, 3)
    assert metric_value("telemetry_export_queue_spans") == 0
    provider.shutdown()
    assert dropped.value == 0


def test_shutdown_does_not_wait_for_a_dead_store(monkeypatch: pytest.MonkeyPatch) -> None:
    """The last export has a limit, so that a stop is not held up."""
    monkeypatch.setattr(export, "_SHUTDOWN_MS", 50)
    store = Store()
    store.open.clear()
    provider, _ = _traced(store, 3)
    started = time.perf_counter()
    provider.shutdown()
    assert time.perf_counter() - started < 2
    store.open.set()
