"""observability.tracing and observability.spans"""

import re

import pytest
from opentelemetry import trace
from opentelemetry.trace import SpanKind, StatusCode

from observability import names
from observability.spans import annotate, annotate_enduser, current_traceparent, link_to, span_from, untraced
from observability.testing import CapturedSpans
from tests.observability.programs import run

tracer = trace.get_tracer("test")
STORED = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-03"


def test_resource_names_the_process(captured_spans: CapturedSpans) -> None:
    """Every span says which instance of which service in which environment made it."""
    with tracer.start_as_current_span("work"):
        pass
    resource = captured_spans.one("work").resource.attributes
    assert {key: resource[key] for key in resource if key.split(".")[0] in ("service", "deployment")} == {
        "service.name": "test",
        "service.version": "0",
        "service.instance.id": resource["service.instance.id"],
        "deployment.environment.name": "test",
    }
    assert re.fullmatch(r"test-1\.[0-9a-f]{12}", str(resource["service.instance.id"]))


PROVIDER = """
from observability.logging import get_logger, setup_logging
from observability.tracing import setup_tracing
setup_logging("x")
made = [setup_tracing("x", version="0", instance="x-1", environment="test", namespace="toys") for _ in range(2)]
get_logger("x").info(
    "made",
    once=made[0] is made[1],
    resource=dict(made[0].resource.attributes),
    exporters=len(made[0]._active_span_processor._span_processors),
)
"""


def test_each_process_of_a_replica_has_an_id_of_its_own() -> None:
    """Also those that it had one after another; the services that belong together share a namespace."""
    first, second = (run(PROVIDER)[1][0] for _ in range(2))
    assert first["once"]
    assert first["resource"]["service.instance.id"] != second["resource"]["service.instance.id"]
    assert first["resource"]["service.namespace"] == "toys"


def test_nothing_is_exported_without_an_endpoint() -> None:
    """No endpoint, no exporter: spans exist (for the ids in the logs) and go nowhere."""
    for endpoint, exporters in (("", 0), ("http://127.0.0.1:9", 1)):
        _, (made,) = run(PROVIDER, OTEL_EXPORTER_OTLP_ENDPOINT=endpoint)
        assert made["exporters"] == exporters


def test_an_endpoint_of_another_kind_ends_the_start() -> None:
    """Spans would be lost one by one, and nothing would say why."""
    code, lines = run(PROVIDER, OTEL_EXPORTER_OTLP_ENDPOINT="localhost:4318")
    assert code == 1
    assert "must begin with http://" in lines[-1]["exception.message"]


def test_span_from_is_a_child_of_what_was_stored(captured_spans: CapturedSpans) -> None:
    """Work done later belongs to the trace that caused it; W3C flags other than 01 are understood."""
    with span_from(tracer, STORED, "later", kind=SpanKind.CONSUMER, attributes={"a": 1}, link=True):
        pass
    span = captured_spans.one("later")
    assert span.parent is not None
    assert f"{span.context.trace_id:032x}" == STORED.split("-")[1]
    assert f"{span.parent.span_id:016x}" == STORED.split("-")[2]
    assert [link.context.span_id for link in span.links] == [span.parent.span_id]
    assert (span.kind, dict(span.attributes or {})) == (SpanKind.CONSUMER, {"a": 1})


@pytest.mark.parametrize("stored", ["", "nonsense", "00-" + "0" * 32 + "-" + "0" * 16 + "-01"])
def test_span_from_nothing_begins_a_trace(stored: str, captured_spans: CapturedSpans) -> None:
    """What was stored without a trace does not fall into the one that happens to be current."""
    with tracer.start_as_current_span("current"), span_from(tracer, stored, "alone", link=True):
        pass
    assert captured_spans.one("alone").parent is None
    assert not captured_spans.one("alone").links


@pytest.mark.parametrize("stored", ["", "nonsense", "same"])
def test_link_to_leaves_out_what_says_nothing(stored: str, captured_spans: CapturedSpans) -> None:
    """No link to nothing, and none within one trace."""
    with tracer.start_as_current_span("current"):
        link_to(current_traceparent() if stored == "same" else stored)
    assert not captured_spans.one("current").links


def test_link_to_names_the_other_trace(captured_spans: CapturedSpans) -> None:
    """The span that was stored, in a trace of its own."""
    with tracer.start_as_current_span("current"):
        link_to(STORED)
    (link,) = captured_spans.one("current").links
    assert f"{link.context.trace_id:032x}" == STORED.split("-")[1]


def test_span_from_records_a_failure(captured_spans: CapturedSpans) -> None:
    """An exception in the block marks the span and goes on."""
    with pytest.raises(KeyError), span_from(tracer, "", "fails"):
        raise KeyError("x")
    span = captured_spans.one("fails")
    assert span.status.status_code is StatusCode.ERROR
    assert [event.name for event in span.events] == ["exception"]


def test_traceparent_leads_back(captured_spans: CapturedSpans) -> None:
    """What is stored now continues this span; outside of a trace there is nothing to store."""
    assert current_traceparent() == ""
    with tracer.start_as_current_span("now") as now:
        stored = current_traceparent()
    with span_from(tracer, stored, "then"):
        pass
    parent = captured_spans.one("then").parent
    assert parent is not None
    assert parent.span_id == now.get_span_context().span_id


def test_annotate(captured_spans: CapturedSpans) -> None:
    """Our own attributes go to the current span under dotted names; outside of a span they go nowhere."""
    annotate(order_id="lost")
    with tracer.start_as_current_span("work"):
        annotate(order_id="o-1")
        annotate_enduser("u-1")
    assert captured_spans.one("work").attributes == {"shop.order.id": "o-1", "enduser.id": "u-1"}


def test_an_exception_is_recorded_once(captured_spans: CapturedSpans) -> None:
    """By the innermost span; those around it say that they failed, and why, without the type in their status."""
    with (
        pytest.raises(ConnectionError),
        span_from(tracer, "", "outer"),
        span_from(tracer, current_traceparent(), "inner"),
    ):
        raise ConnectionError("gone")
    outer, inner = captured_spans.one("outer"), captured_spans.one("inner")
    assert [len(span.events) for span in (inner, outer)] == [1, 0]
    for span in (inner, outer):
        assert (span.attributes or {})["error.type"] == "ConnectionError"
        assert span.status.description == "gone"


def test_spans_name_their_scope_and_conventions(captured_spans: CapturedSpans) -> None:
    """The module that makes them, its version, and the version of the conventions that they follow."""
    with names.tracer("toys.shop", "1.2").start_as_current_span("work"):
        pass
    scope = captured_spans.one("work").instrumentation_scope
    assert scope is not None
    assert (scope.name, scope.version, scope.schema_url) == ("toys.shop", "1.2", names.SCHEMA_URL)


def test_untraced_is_over_after_its_block() -> None:
    """Instrumentations are off inside of the block only."""
    from opentelemetry.instrumentation.utils import is_instrumentation_enabled

    with untraced():
        assert not is_instrumentation_enabled()
    assert is_instrumentation_enabled()


def test_an_error_in_a_span_keeps_no_secret(captured_spans: CapturedSpans) -> None:
    """Traces are read by more people than logs: the same is redacted, in the event and in the status."""
    with pytest.raises(ValueError, match="hunter2"), span_from(tracer, "", "failing"):
        raise ValueError("login with password='hunter2' refused")
    span = captured_spans.one("failing")
    [event] = span.events
    assert span.status.status_code is StatusCode.ERROR
    assert event.name == "exception"
    assert (event.attributes or {})["exception.type"] == "ValueError"
    assert "hunter2" not in f"{span.status.description} {dict(event.attributes or {})}"
