"""pytest fixtures that capture telemetry: `pytest_plugins = ["observability.testing"]`.

def test_bowl(captured_spans, captured_logs):
    fired = MetricDelta("pottery_bowls_total", glaze="blue")
    ...
    assert fired.value == 1
"""

import json
import logging
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from prometheus_client import REGISTRY, Metric

from observability import messaging
from observability.lines import stdout
from observability.logging import _complete, _configure, _formatter, _StdoutHandler
from observability.metrics import OWN
from observability.span_redaction import RedactingExporter
from observability.tracing import setup_tracing

__all__ = [
    "CapturedMessages",
    "CapturedSpans",
    "MetricDelta",
    "SentMessage",
    "captured_logs",
    "captured_messages",
    "captured_spans",
    "metric_families",
    "metric_value",
    "pytest_addoption",
    "pytest_configure",
]

_finished = InMemorySpanExporter()


class _WhileWanted(SimpleSpanProcessor):
    """Keeps spans only while a test captures them: a long test must not fill the memory."""

    wanted = False

    def on_end(self, span: ReadableSpan) -> None:
        if self.wanted:
            super().on_end(span)


_processor = _WhileWanted(RedactingExporter(_finished))


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let the project say how names of its own attributes begin."""
    parser.addini("telemetry_prefix", "prefix of attributes that no convention names", default="")


def pytest_configure(config: pytest.Config) -> None:
    """Install the one tracer provider of the process before anything is instrumented, and JSON logs."""
    _configure("test")
    prefix = config.getini("telemetry_prefix")
    provider = setup_tracing("test", version="0", instance="test-1", environment="test", prefix=prefix)
    provider.add_span_processor(_processor)


class CapturedSpans:
    """The spans that ended in this test, in the order of their ends."""

    @property
    def all(self) -> list[ReadableSpan]:
        """Every span."""
        return list(_finished.get_finished_spans())

    def named(self, name: str) -> list[ReadableSpan]:
        """Every span called `name`."""
        return [span for span in self.all if span.name == name]

    def one(self, name: str) -> ReadableSpan:
        """The only span called `name`."""
        found = self.named(name)
        assert len(found) == 1, f"{len(found)} spans {name!r} among {[span.name for span in self.all]}"
        return found[0]


@pytest.fixture
def captured_spans() -> Iterator[CapturedSpans]:
    """What the test traces."""
    _processor.wanted = True
    yield CapturedSpans()
    _processor.wanted = False
    _finished.clear()


class _Lines(logging.Handler):
    def __init__(self) -> None:
        super().__init__()
        self.setFormatter(_formatter())
        self.lines: list[dict[str, Any]] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(json.loads(self.format(record)))


@pytest.fixture
def captured_logs() -> Iterator[list[dict[str, Any]]]:
    """Every log line of the test as it would be written, parsed: our own and the standard library's."""
    handler = _Lines()

    def keep(line: bytes, *, at_once: bool = False) -> None:
        handler.lines.append(json.loads(line))

    stdout.write = keep  # type: ignore[method-assign]
    level, threshold = logging.root.level, _complete.threshold
    writing = [one for one in logging.root.handlers if isinstance(one, _StdoutHandler)]  # the same lines once more
    for one in writing:
        logging.root.removeHandler(one)
    logging.root.addHandler(handler)
    logging.root.setLevel(logging.INFO)
    _complete.threshold = logging.INFO
    yield handler.lines
    del stdout.write  # the method again
    logging.root.removeHandler(handler)
    logging.root.setLevel(level)
    _complete.threshold = threshold
    for one in writing:
        logging.root.addHandler(one)


def metric_families() -> Iterator[Metric]:
    """What this process measures, by the names that the code declares."""
    for registry in (REGISTRY, OWN):
        yield from registry.collect()


def metric_value(name: str, **labels: str) -> float:
    """The sum of all samples `name` (with `_total`, `_count`...) that carry at least these labels; 0 if none.

    Names and labels are as the code declares them: metrics of observability's own have no prefix.
    """
    return sum(
        sample.value
        for family in metric_families()
        if name.startswith(family.name)
        for sample in family.samples
        if sample.name == name and labels.items() <= sample.labels.items()
    )


class MetricDelta:
    """How much a metric has changed since this was made."""

    def __init__(self, name: str, **labels: str) -> None:
        self._name = name
        self._labels = labels
        self._before = metric_value(name, **labels)

    @property
    def value(self) -> float:
        """The change until now."""
        return metric_value(self._name, **self._labels) - self._before


@dataclass(frozen=True)
class SentMessage:
    """A message as a broker would have got it."""

    event: str
    message_id: str
    exchange: str
    headers: Mapping[str, str]
    body: Any = None


@dataclass
class CapturedMessages:
    """A broker that keeps what is published, with the headers and spans of a real one."""

    sent: list[SentMessage] = field(default_factory=list)

    def publish(
        self,
        event: str,
        message_id: str,
        *,
        body: Any = None,
        exchange: str = "test",
        traceparent: str = "",
        request: str = "",
    ) -> SentMessage:
        """Publish as `messaging.publishing` does."""
        with messaging.publishing(
            event, message_id, exchange=exchange, traceparent=traceparent, request=request
        ) as headers:
            self.sent.append(SentMessage(event, message_id, exchange, dict(headers), body))
        return self.sent[-1]

    @staticmethod
    def deliver(message: SentMessage, queue: str = "test", attempt: int = 1) -> AbstractContextManager[trace.Span]:
        """The block is the handling of one delivery of `message`."""
        return messaging.consuming(
            message.event,
            message.message_id,
            exchange=message.exchange,
            queue=queue,
            headers=message.headers,
            attempt=attempt,
        )


@pytest.fixture
def captured_messages() -> CapturedMessages:
    """A recording broker."""
    return CapturedMessages()
