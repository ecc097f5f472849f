"""observability.testing"""

import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from opentelemetry import trace

from observability.logging import _formatter, _StdoutHandler, get_logger
from observability.metrics import cache_requests
from observability.testing import CapturedMessages, CapturedSpans, MetricDelta, metric_value

_used_before = get_logger("before")
_used_before.info("used when the module is imported")


def test_spans_of_this_test_only(captured_spans: CapturedSpans) -> None:
    """Nothing of another test is there; `one` says what there is when it is not what was asked for."""
    assert captured_spans.all == []
    with trace.get_tracer("t").start_as_current_span("a"):
        pass
    assert captured_spans.one("a") == captured_spans.named("a")[0]
    with pytest.raises(AssertionError, match=r"0 spans 'b' among \['a'\]"):
        captured_spans.one("b")


def test_logs_of_every_kind(captured_logs: list[dict[str, Any]]) -> None:
    """Lines of loggers that were used before, of new ones, and of the standard library; redacted as in life."""
    _used_before.info("first", password="hunter2")
    get_logger("new").bind(extra=1).warning("second")
    logging.getLogger("library").error("third")
    assert [(line["event"], line["logger"], line["level"]) for line in captured_logs] == [
        ("first", "before", "info"),
        ("second", "new", "warning"),
        ("third", "library", "error"),
    ]
    assert captured_logs[0]["password"] == "[redacted]"
    assert captured_logs[1]["extra"] == 1


def test_an_app_that_is_observed_before_is_captured(tmp_path: Path) -> None:
    """Where `conftest.py` imports the app, there is a provider when the plugin begins."""
    observed = 'setup_tracing("app", version="1", instance="a", environment="test")'
    conftest = f"from observability.tracing import setup_tracing\n\n{observed}\n"
    (tmp_path / "conftest.py").write_text(conftest + 'pytest_plugins = ["observability.testing"]\n')
    (tmp_path / "test_app.py").write_text(
        "from opentelemetry import trace\n\n\ndef test_app(captured_spans):\n"
        '    trace.get_tracer("t").start_span("a").end()\n    captured_spans.one("a")\n'
    )
    (tmp_path / "pytest.ini").touch()
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-q", str(tmp_path)]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    ended = subprocess.run(
        command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr


@pytest.fixture
def logs_are_written() -> Iterator[None]:
    """As after `setup_logging`, which another test in this process may have called."""
    handler = _StdoutHandler()
    handler.setFormatter(_formatter())
    logging.root.addHandler(handler)
    yield
    assert handler in logging.root.handlers
    logging.root.removeHandler(handler)


def test_a_line_is_captured_once(logs_are_written: None, captured_logs: list[dict[str, Any]]) -> None:
    """Also where the library's lines are written anyway."""
    logging.getLogger("library").error("once")
    assert [line["event"] for line in captured_logs] == ["once"]


def test_metrics_by_some_of_their_labels() -> None:
    """A value is the sum over the labels that were not named; a delta begins at its making."""
    cache_requests.labels("testing", "hit").inc(2)
    delta = MetricDelta("cache_requests_total", cache="testing")
    cache_requests.labels("testing", "hit").inc()
    cache_requests.labels("testing", "miss").inc()
    assert metric_value("cache_requests_total", cache="testing", outcome="hit") == 3
    assert delta.value == 2
    assert metric_value("no_such_metric") == 0


def test_messages_are_kept(captured_messages: CapturedMessages) -> None:
    """What is published is there to be looked at."""
    captured_messages.publish("order.paid", "m-1", body={"orderId": "1"}, request="req-12345678")
    (message,) = captured_messages.sent
    assert (message.event, message.message_id, message.body) == ("order.paid", "m-1", {"orderId": "1"})
    assert message.headers.keys() == {"traceparent", "x-request-id"}
