"""The gate: what agrees with the registry passes, and each kind of wrong name or type is told."""

from typing import Any

import pytest
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, KeyValue
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from docs.telemetry.gate import Gate
from docs.telemetry.registry import registry

GATE = Gate()
STATEMENT: dict[str, str | int] = {
    "db.system.name": "postgresql",
    "db.query.summary": "SELECT orders",
    "db.query.text": "SELECT 1",
    "server.port": 5432,
    "shop.order.id": "o-1",
}
LINE: dict[str, Any] = {
    **dict.fromkeys(registry().group("log.context").attributes, ""),
    "event": "order.moved",
    "logger": "orders",
    "order_id": "o-1",
    "status": "paid",
}
WAITING = """\
# HELP shop_http_waiting_requests Requests that wait until fewer are at work
# TYPE shop_http_waiting_requests gauge
shop_http_waiting_requests 1.0
"""
RETRIES = """\
# HELP shop_retries Further attempts after a failed one
# TYPE shop_retries counter
shop_retries_total{call="product-service"} 1.0 # {trace_id="%032x",span_id="%016x"} 1.0
# EOF
"""


def _attribute(key: str, value: str | int) -> KeyValue:
    return KeyValue(
        key=key, value=AnyValue(int_value=value) if isinstance(value, int) else AnyValue(string_value=value)
    )


def _span(
    attributes: dict[str, str | int],
    name: str = "SELECT orders",
    kind: Span.SpanKind.ValueType = Span.SPAN_KIND_CLIENT,
) -> Span:
    return Span(name=name, kind=kind, attributes=[_attribute(key, value) for key, value in attributes.items()])


def test_a_right_span_passes() -> None:
    """Published attributes and our own, under a name that is made of them."""
    assert list(GATE.span(_span(STATEMENT))) == []


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        pytest.param({"db.statement": "SELECT 1"}, "unknown attribute db.statement", id="deprecated"),
        pytest.param({"db.query_text": "SELECT 1"}, "unknown attribute db.query_text", id="near a convention"),
        pytest.param({"http.route": "/"}, "unknown attribute http.route", id="of another kind of span"),
        pytest.param({"order.id": "o-1"}, "unknown attribute order.id", id="without our prefix"),
        pytest.param({"server.port": "5432"}, "server.port is string, not int", id="type of a convention"),
        pytest.param({"shop.order.id": 1}, "shop.order.id is int, not string", id="type of our own"),
    ],
)
def test_a_wrong_attribute_fails(wrong: dict[str, str | int], told: str) -> None:
    """One is enough."""
    assert [fault.split(": ", 1)[1] for fault in GATE.span(_span(STATEMENT | wrong))] == [told]


@pytest.mark.parametrize(
    "span",
    [
        _span(STATEMENT, name="SELECT"),
        _span(STATEMENT, name="SELECT users"),
        _span(STATEMENT, kind=Span.SPAN_KIND_INTERNAL),
        _span({}, name="SELECT orders"),
    ],
    ids=["bare", "of another table", "of another kind", "without what the name is made of"],
)
def test_a_wrong_name_of_a_span_fails(span: Span) -> None:
    """Its kind and its own attributes say what it must be called."""
    assert "no span of the registry has such a name and kind" in next(GATE.span(span))


def test_events_of_spans_are_held_too() -> None:
    """Their names and their attributes."""
    span = _span(STATEMENT)
    span.events.add(name="exception", attributes=[_attribute("exception.kind", "ValueError")])
    span.events.add(name="error")
    assert [fault.rsplit(": ", 1)[1] for fault in GATE.span(span)] == [
        "unknown attribute exception.kind",
        "unknown event error",
    ]


def test_the_resource_is_held() -> None:
    """What a process says of itself: everything that the registry has, and nothing else."""
    whole = [_attribute(name, "a") for name in registry().group("resource.shop").attributes]
    assert list(GATE.resource(whole)) == []
    missing = sorted({attribute.key for attribute in whole} - {"service.name"})
    assert list(GATE.resource([_attribute("service.name", "a"), _attribute("service.host", "a")])) == [
        f"resource: without {missing}",
        "resource: unknown attribute service.host",
    ]


@pytest.mark.parametrize(
    ("text", "kind"), [(WAITING, "text/plain"), (RETRIES % (1, 2), "application/openmetrics-text")]
)
def test_a_right_metric_passes(text: str, kind: str) -> None:
    """In both forms of /metrics, with an exemplar."""
    assert list(GATE.exposition(text, kind)) == []


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (("shop_http_waiting_requests", "http_waiting"), "http_waiting: not in the registry"),
        ((" gauge", " counter"), "is a counter, not a gauge"),
        (("Requests that", "Those that"), "its help is"),
        (("requests 1.0", 'requests{path="/"} 1.0'), "has labels ['path'], not []"),
    ],
    ids=["name", "type", "help", "label"],
)
def test_a_wrong_metric_fails(change: tuple[str, str], told: str) -> None:
    """Its name, type, meaning and labels are those of the registry."""
    found = list(GATE.exposition(WAITING.replace(*change), "text/plain"))
    assert len(found) == 1
    assert told in found[0]


def test_a_wrong_exemplar_fails() -> None:
    """It names the trace and the span, and nothing else."""
    text = RETRIES.replace(',span_id="%016x"', "") % 1
    assert "has an exemplar with ['trace_id']" in next(GATE.exposition(text, "application/openmetrics-text"))


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"order": "o-1"}, "unknown key order"),
        ({"event": "order.went"}, "not in the registry"),
        ({"order_id": 1}, "order_id is int, not string"),
        ({"request_id": None}, "request_id is NoneType, not string"),
    ],
)
def test_a_wrong_line_fails(change: dict[str, Any], told: str) -> None:
    """An unknown key or event, or a value of another type."""
    assert list(GATE.line(LINE)) == []
    found = list(GATE.line(LINE | change))
    assert len(found) == 1
    assert told in found[0]


def test_every_line_has_the_context() -> None:
    """A key that every line has may not be left out."""
    line = {key: value for key, value in LINE.items() if key != "trace_id"}
    assert list(GATE.line(line)) == ["log event 'order.moved': without ['trace_id']"]


def test_lines_of_libraries_have_their_own_words() -> None:
    """Where their logger is one of those that are named."""
    line = LINE | {"event": "Started server process", "logger": "uvicorn.error"}
    del line["order_id"], line["status"]
    assert list(GATE.line(line, {"uvicorn"})) == []
    assert list(GATE.line(line)) == ["log event 'Started server process': not in the registry"]
