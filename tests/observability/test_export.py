"""observability.export: nothing is lost without being counted, whatever the store does."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any, cast

import pytest
from fastotel import OTLPSpanProcessor
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.sampling import Decision, StaticSampler

from observability import export
from observability.export import NativeProcessor
from observability.metrics import spans_exported, spans_processed
from observability.span_redaction import outgoing
from observability.testing import MetricDelta, metric_value
from tests.observability.stores import Store
from tests.waiting import wait_for

PROCESSED = "otel_sdk_processor_span_processed_total"
EXPORTED = "otel_sdk_exporter_span_exported_total"
UNREADABLE, QUEUE_FULL = (PROCESSED, "_OTHER"), (PROCESSED, "queue_full")
REJECTED, NOT_DELIVERED = (EXPORTED, "rejected"), (EXPORTED, "_OTHER")
LOSSES = (UNREADABLE, QUEUE_FULL, REJECTED, NOT_DELIVERED)
WAITING = "otel_sdk_processor_span_queue_size"
CARD = "4242424242424242"


class Lost:
    """How many spans were lost since this was made, in any way or in one."""

    def __init__(self, *losses: tuple[str, str]) -> None:
        self._ways = [MetricDelta(counter, error_type=error) for counter, error in losses or LOSSES]

    @property
    def value(self) -> float:
        """The number until now."""
        return sum(one.value for one in self._ways)


@pytest.fixture
def store() -> Iterator[Store]:
    """One that works, for now."""
    store = Store()
    yield store
    store.close()


Traced = Callable[..., TracerProvider]


@pytest.fixture
def traced(store: Store) -> Iterator[Traced]:
    """Makes a provider that exports to the store."""
    made: list[TracerProvider] = []

    def make(sampler: Any = None, **options: Any) -> TracerProvider:
        provider = TracerProvider(sampler=sampler, shutdown_on_exit=False)
        options = {"timeout": 0.6, "delay": 0.1, **options}
        provider.add_span_processor(NativeProcessor(f"{store.url}/v1/traces", **options))
        made.append(provider)
        return provider

    yield make
    for provider in made:
        provider.shutdown()


def _end(provider: TracerProvider, count: int, name: str = "span") -> None:
    for number in range(count):
        provider.get_tracer("t").start_span(f"{name} {number}").end()


def test_delivers_and_drops_nothing(store: Store, traced: Traced) -> None:
    """With a store that works every span arrives, none is counted, nothing is left waiting."""
    dropped = Lost()
    handed_on, arrived = MetricDelta(PROCESSED, error_type=""), MetricDelta(EXPORTED, error_type="")
    provider = traced()
    _end(provider, 600)
    provider.shutdown()
    assert sorted(store.names) == sorted(f"span {n}" for n in range(600))
    assert (dropped.value, handed_on.value, arrived.value, metric_value(WAITING)) == (0, 600, 600, 0)


def test_each_series_is_there_from_the_start(traced: Traced) -> None:
    """Of both counters, with what they can say, before the first span: a sum of both has a value."""
    for counter in (spans_processed, spans_exported):
        counter.clear()
    traced()
    found = {
        (sample.name, sample.labels["error_type"])
        for counter in (spans_processed, spans_exported)
        for family in counter.collect()
        for sample in family.samples
        if sample.name.endswith("_total")
    }
    assert found == {(PROCESSED, ""), (EXPORTED, ""), *LOSSES}


def test_sends_without_being_asked(store: Store, traced: Traced) -> None:
    """A while after it ended a span is in the store, also of a program that does nothing else."""
    _end(traced(), 1)
    wait_for("the span", lambda: store.names == ["span 0"])
    wait_for("an empty queue", lambda: metric_value(WAITING) == 0)


def test_what_is_sent_holds_no_secret(store: Store, traced: Traced) -> None:
    """On the wire: name, attributes, events and status are redacted before they are handed on."""
    provider = traced()
    with provider.get_tracer("t").start_as_current_span(f"card {CARD}") as span:
        span.set_attributes({"password": "hunter2", "text": f"pan {CARD}", "ids": ("fine", f"cvc={CARD}"), "n": 7})
        span.add_event(f"paid {CARD}", {"token": "hunter2"})
    provider.shutdown()
    [sent] = store.spans
    assert CARD not in str(sent)
    assert "hunter2" not in str(sent)
    assert "[redacted]" in sent.name
    assert {a.key: a.value.int_value for a in sent.attributes}["n"] == 7


def test_a_span_that_cannot_be_read_is_counted(
    store: Store, traced: Traced, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever ends a span gets no exception, and the next span is sent."""
    dropped, unreadable = Lost(), Lost(UNREADABLE)

    def hostile(span: ReadableSpan) -> Any:
        assert span.name == "span 1"
        return outgoing(span)

    monkeypatch.setattr("observability.export.outgoing", hostile)
    provider = traced()
    _end(provider, 2)
    provider.shutdown()
    assert (store.names, dropped.value, unreadable.value) == (["span 1"], 1, 1)


@pytest.mark.parametrize("status", [400, 503])
def test_counts_what_a_broken_store_loses(store: Store, traced: Traced, status: int) -> None:
    """A store that refuses costs the spans, at once or after the attempts; each of them is counted.
    The processor has done its part: it handed them on."""
    dropped, failed, handed_on = Lost(), Lost(NOT_DELIVERED), MetricDelta(PROCESSED, error_type="")
    store.status = status
    _end(traced(), 7)
    wait_for("the loss of seven", lambda: failed.value == 7)
    assert (dropped.value, handed_on.value, metric_value(WAITING)) == (7, 7, 0)


def test_counts_what_an_absent_store_loses(store: Store, traced: Traced) -> None:
    """Nobody listens there."""
    dropped = Lost()
    store.close()
    provider = traced()
    _end(provider, 7)
    provider.shutdown()
    assert dropped.value == 7


def test_counts_what_the_store_does_not_keep(store: Store, traced: Traced) -> None:
    """OTLP's partial success names how many it refused."""
    dropped = Lost(REJECTED)
    handed_on, arrived = MetricDelta(PROCESSED, error_type=""), MetricDelta(EXPORTED, error_type="")
    store.rejects = 2
    _end(traced(), 7)
    wait_for("the loss of two", lambda: (dropped.value, handed_on.value, arrived.value) == (2, 7, 5))


def test_a_store_that_comes_back_gets_what_waited(store: Store, traced: Traced) -> None:
    """Within the time of a batch nothing is lost, and after it the next batch arrives."""
    dropped = Lost()
    store.status = 503
    provider = traced(timeout=5.0)
    _end(provider, 7, "early")
    assert store.entered.wait(5)
    store.status = 200
    wait_for("seven spans", lambda: len(store.spans) == 7)
    assert dropped.value == 0


def test_a_full_queue_drops_and_counts(store: Store, traced: Traced) -> None:
    """While the store hangs the memory is bounded; each span was delivered or is counted, to the last."""
    dropped = Lost(QUEUE_FULL)
    handed_on, arrived = MetricDelta(PROCESSED, error_type=""), MetricDelta(EXPORTED, error_type="")
    store.open.clear()
    provider = traced(queue=600, timeout=8.0)
    _end(provider, 512, "first")
    assert store.entered.wait(5)
    _end(provider, 900, "second")
    assert metric_value(WAITING) > 600
    store.open.set()
    provider.shutdown()
    assert dropped.value >= 200
    assert len(store.spans) + dropped.value == 512 + 900
    assert handed_on.value == arrived.value == len(store.spans)
    assert metric_value(WAITING) == 0


class Late:
    """A sender whose flush comes back when all is over."""

    def __init__(self, sender: OTLPSpanProcessor) -> None:
        self._sender = sender
        self.flushed, self.let_go = threading.Event(), threading.Event()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._sender, name)

    def force_flush(self, timeout_millis: int) -> bool:
        done = self._sender.force_flush(timeout_millis)
        self.flushed.set()
        self.let_go.wait(10)
        return done


def test_a_flush_that_comes_back_late_changes_no_account(store: Store) -> None:
    """What ended after it had begun was sent meanwhile, and waits no longer."""
    processor = NativeProcessor(f"{store.url}/v1/traces", delay=60)
    provider = TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(processor)
    late = Late(processor._sender)
    processor._sender = cast(OTLPSpanProcessor, late)
    _end(provider, 3)
    flush = threading.Thread(target=processor.force_flush)
    flush.start()
    assert late.flushed.wait(10)
    _end(provider, 4)
    provider.shutdown()
    late.let_go.set()
    flush.join(10)
    assert len(store.spans) == 7
    assert metric_value(WAITING) == 0


@pytest.mark.alone
def test_a_flush_waits_for_what_another_thread_hands_on(
    store: Store, traced: Traced, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is not handed on yet is not accounted for as sent."""
    begun, goes_on = threading.Event(), threading.Event()

    def slow(span: ReadableSpan) -> Any:
        begun.set()
        goes_on.wait(10)
        return outgoing(span)

    provider = traced(delay=600)
    monkeypatch.setattr(export, "outgoing", slow)
    ending = threading.Thread(target=_end, args=(provider, 1))
    flushing = threading.Thread(target=provider.force_flush)
    ending.start()
    assert begun.wait(10)
    flushing.start()
    flushing.join(0.2)
    assert flushing.is_alive()
    goes_on.set()
    flushing.join(10)
    ending.join(10)
    assert len(store.spans) == 1


def test_the_request_path_never_waits(store: Store, traced: Traced) -> None:
    """Spans end at once while the store hangs."""
    store.open.clear()
    provider = traced(timeout=5.0)
    _end(provider, 512)
    assert store.entered.wait(5)
    wall, started = time.perf_counter(), time.process_time()
    _end(provider, 100)
    assert time.perf_counter() - wall < 1.0
    assert time.process_time() - started < 1.0


def test_unsampled_spans_are_not_counted(store: Store, traced: Traced) -> None:
    """What is recorded but not sampled was never to be exported."""
    dropped = Lost()
    provider = traced(StaticSampler(Decision.RECORD_ONLY))
    _end(provider, 3)
    assert metric_value(WAITING) == 0
    provider.shutdown()
    assert (dropped.value, store.spans) == (0, [])


def test_shutdown_does_not_wait_for_a_dead_store(
    store: Store, traced: Traced, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The last export has a limit, so that a stop is not held up."""
    monkeypatch.setattr(export, "_SHUTDOWN_MS", 50)
    store.open.clear()
    provider = traced(timeout=30.0)
    _end(provider, 3)
    started = time.perf_counter()
    provider.shutdown()
    assert time.perf_counter() - started < 2


_PROGRAM = """
import asyncio, os, sys
if "contrib" in sys.argv:
    sys.modules["fastotel"] = None  # as where it is not installed
from observability.tracing import setup_tracing
provider = setup_tracing("x", version="0", instance="1", environment="test", contrib_export="contrib" in sys.argv)
tracer = provider.get_tracer("t")

async def work():
    for number in range(100):
        tracer.start_span(f"span {number}").end()
    if "crash" in sys.argv:
        raise RuntimeError("in the middle of a turn")

asyncio.run(work())
if "exit" in sys.argv:
    sys.exit(3)
"""


@pytest.mark.parametrize("end", ["ends", "exit", "crash", "contrib"])
def test_the_end_of_a_process_loses_nothing(store: Store, end: str) -> None:
    """Whether it comes to its end, exits or crashes: what has ended is delivered first. The SDK's own way of
    sending does without fastotel."""
    done = subprocess.run(
        [sys.executable, "-c", _PROGRAM, end],
        env={**os.environ, "OTEL_EXPORTER_OTLP_ENDPOINT": store.url, "HTTP_PROXY": "http://127.0.0.1:9"},
        capture_output=True,
        timeout=30,
    )
    assert (done.returncode, sorted(store.names)) == (
        {"exit": 3, "crash": 1}.get(end, 0),
        sorted(f"span {n}" for n in range(100)),
    ), done.stderr
