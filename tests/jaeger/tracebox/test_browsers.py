"""Spans of browsers: whatever is claimed and however much is sent, what services sent stays as it is."""

import json
import time
from pathlib import Path
from typing import Any

import pytest
from google.protobuf import json_format  # type: ignore[import-untyped]
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from jaeger.tracebox import browser, insert, otlp, schema, search
from jaeger.tracebox.jsonform import resource_spans
from jaeger.tracebox.params import Query
from jaeger.tracebox.writer import Writer

SHARED = "ab" * 16


def span(number: int, trace: str = SHARED, **other: Any) -> dict[str, Any]:
    """A span of now, in OTLP JSON."""
    now = time.time_ns()
    times = {"startTimeUnixNano": str(now), "endTimeUnixNano": str(now + 1000)}
    return {"traceId": trace, "spanId": f"{number + 1:016x}", "name": "click", **times, **other}


def request(*spans: dict[str, Any], service: str = "order-service") -> ExportTraceServiceRequest:
    """What is made of an export request in JSON."""
    claimed = {
        "service.name": service,
        "service.instance.id": "order-service-1",
        "deployment.environment.name": "x",
        "session.id": "s",
    }
    resource = {"attributes": [{"key": key, "value": {"stringValue": item}} for key, item in claimed.items()]}
    scope = {"scope": {"name": "x" * 1000}, "spans": list(spans)}
    body = json.dumps({"resourceSpans": [{"resource": resource, "scopeSpans": [scope]}]}).encode()
    return otlp.decode(body, otlp.JSON)


def text(key: str, value: str) -> dict[str, Any]:
    return {"key": key, "value": {"stringValue": value}}


def one(**other: Any) -> dict[str, Any]:
    """What is kept of one span."""
    kept, refused = browser.bounded(request(span(0, **other)))
    assert refused == 0
    [part] = json_format.MessageToDict(kept)["resourceSpans"]
    found: dict[str, Any] = part["scopeSpans"][0]["spans"][0]
    return found


def test_the_name_is_the_browsers() -> None:
    """Of what the resource claims only harmless facts stay, and the spans are marked."""
    kept, _ = browser.bounded(request(span(0)))
    [part] = kept.resource_spans
    assert {item.key: item.value.string_value for item in part.resource.attributes} == {
        "service.name": "frontend",
        "service.namespace": "glasshouse",
        "shop.origin": "browser",
        "session.id": "s",
    }
    assert len(part.scope_spans[0].scope.name) == 64


@pytest.mark.parametrize(("kind", "kept"), [(0, 1), (1, 1), (2, 1), (3, 3), (4, 1), (5, 1), (77, 1)])
def test_a_browser_is_no_server(kind: int, kept: int) -> None:
    """Its spans are its own work, or calls."""
    assert browser.bounded(request(span(0, kind=kind)))[0].resource_spans[0].scope_spans[0].spans[0].kind == kept


def test_texts_and_numbers_are_cut() -> None:
    """Long values, many attributes, events and links, nested values and empty keys."""
    nested = {"kvlistValue": {"values": [{"key": "a", "value": {"stringValue": "b"}}]}}
    attributes = [
        text("long", "x" * 60_000),
        text("", "no key"),
        text("k" * 1000, "long key"),
        {"key": "nested", "value": nested},
        {"key": "nothing"},
    ]
    found = one(attributes=attributes, name="n" * 1000, status={"code": 2, "message": "m" * 1000})
    assert found["attributes"] == [text("long", "x" * 5000)]
    assert (len(found["name"]), len(found["status"]["message"])) == (128, 128)
    many = one(
        attributes=[text(f"key{number}", "") for number in range(100)],
        events=[{"name": "e"}] * 100,
        links=[{"traceId": SHARED, "spanId": "01" * 8}] * 100,
    )
    assert [len(many[name]) for name in ("attributes", "events", "links")] == [32, 32, 8]


@pytest.mark.parametrize(
    "other",
    [
        {"startTimeUnixNano": "0"},
        {"startTimeUnixNano": str(2**64 - 1)},
        {"startTimeUnixNano": str(time.time_ns() - 2 * 86400 * 10**9)},
        {"traceId": "0" * 32},
        {"spanId": "0" * 16},
        {"events": [{"name": "e", "attributes": [text(f"k{n}", "x" * 5000) for n in range(8)]}] * 2},
    ],
)
def test_what_makes_no_sense_is_refused(other: dict[str, Any]) -> None:
    """Another century, ids of zeros, more bytes than a span may have: counted in the answer."""
    kept, refused = browser.bounded(request(span(0) | other, span(1)))
    assert refused == 1
    assert len(kept.resource_spans[0].scope_spans[0].spans) == 1
    assert json.loads(otlp.success(otlp.JSON, refused))["partialSuccess"]["rejectedSpans"] == "1"


def test_a_request_has_so_many_spans() -> None:
    """The rest is refused."""
    assert browser.bounded(request(*(span(number) for number in range(200))))[1] == 200 - browser.MAX_SPANS


def test_an_end_before_the_start_is_the_start() -> None:
    """And one after a day is a day."""
    found = one(endTimeUnixNano="1")
    assert found["endTimeUnixNano"] == found["startTimeUnixNano"]


def store(path: Path, *batches: tuple[ExportTraceServiceRequest, bool], share: int = 10**6) -> Path:
    """A database that a writer filled."""
    writer = Writer(schema.open_for_writing(path / "spans.sqlite"), 1000, share)
    for batch, from_browser in batches:
        kept = browser.bounded(batch)[0] if from_browser else batch
        writer.put(kept, 0, from_browser=from_browser)
    writer.close()
    return path / "spans.sqlite"


def flood(number: int) -> ExportTraceServiceRequest:
    """128 spans in traces of their own."""
    return request(*(span(number * 128 + n, f"{number * 128 + n + 1:032x}") for n in range(128)))


def test_browsers_push_out_only_browsers(tmp_path: Path) -> None:
    """Past their share their oldest spans go; what services sent before is there, whole."""
    mine = request(*(span(number, attributes=[text("shop.order.id", "o-1")]) for number in range(50)))
    path = store(tmp_path, (mine, False), *((flood(number), True) for number in range(60)), share=500_000)
    with schema.reading(path) as db:
        held = db.execute("SELECT SUM(spans), SUM(browser_spans), SUM(browser_bytes) FROM trace").fetchone()
        counted = db.execute("SELECT COUNT(*), SUM(browser_bytes > 0), SUM(browser_bytes) FROM span").fetchone()
        assert held == counted
        assert held[0] - held[1] == 50
        assert 400_000 < held[2] <= 500_000
        assert search.trace_row(db, bytes.fromhex(SHARED)) is not None
        assert search.trace_row(db, bytes.fromhex(f"{1:032x}")) is None
        assert search.trace_row(db, bytes.fromhex(f"{60 * 128:032x}")) is not None
        assert search.services(db) == ["frontend", "order-service"]


def test_a_trace_takes_so_much_of_browsers(tmp_path: Path) -> None:
    """Somebody who knows a trace id adds little to it, visibly a browser's; the service's span stays."""
    batches = [request(*(span(number * 128 + n + 1) for n in range(128))) for number in range(4)]
    path = store(tmp_path, (request(span(0)), False), *((batch, True) for batch in batches))
    with schema.reading(path) as db:
        row = search.trace_row(db, bytes.fromhex(SHARED))
        assert row is not None
        stored = db.execute(
            "SELECT service, COUNT(*) FROM span JOIN origin ON origin.id = span.origin GROUP BY service"
        )
        assert dict(stored.fetchall()) == {"frontend": insert.MAX_TRACE_SPANS, "order-service": 1}
        assert len(list(resource_spans(db, row))) == 2


def test_a_claimed_order_is_not_found_by_its_id(tmp_path: Path) -> None:
    """A search for an order leads to what services said of it, unless the browsers' words are asked for."""
    claimed = span(1, "cd" * 16, attributes=[text("shop.order.id", "o-1")])
    path = store(
        tmp_path,
        (request(span(0, attributes=[text("shop.order.id", "o-1")])), False),
        (request(claimed), True),
    )
    with schema.reading(path) as db:
        found = search.find_traces(db, Query(0, 2**63 - 1, attributes={"shop.order.id": "o-1"}))
        assert found == [search.trace_row(db, bytes.fromhex(SHARED))]
        asked = Query(0, 2**63 - 1, service="frontend", attributes={"shop.order.id": "o-1"})
        assert search.find_traces(db, asked) == [search.trace_row(db, bytes.fromhex("cd" * 16))]
