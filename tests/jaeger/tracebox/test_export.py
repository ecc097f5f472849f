"""What is sent by OTLP comes back whole; what is no OTLP is refused."""

import gzip
import json
from typing import Any

import pytest
from opentelemetry import trace
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)

from tests.jaeger.tracebox.process import Tracebox, spans_of, tracer
from tests.waiting import wait_for

START = 1_790_000_000_123_456_789


def span_json(**other: Any) -> dict[str, Any]:
    """A span in OTLP JSON with every kind of value."""
    values = [
        {"stringValue": "text"},
        {"boolValue": True},
        {"intValue": "9007199254740993"},
        {"doubleValue": 0.5},
        {"bytesValue": "AAEC"},
        {"arrayValue": {"values": [{"stringValue": "a"}, {"intValue": "0"}]}},
        {"kvlistValue": {"values": [{"key": "k", "value": {"boolValue": False}}]}},
    ]
    return {
        "traceId": "5b8efff798038103d269b633813fc60c",
        "spanId": "eee19b7ec3c1b174",
        "parentSpanId": "eee19b7ec3c1b173",
        "name": "POST /api/orders",
        "kind": 2,
        "startTimeUnixNano": str(START),
        "endTimeUnixNano": str(START + 1_000_000),
        "attributes": [{"key": f"key{number}", "value": value} for number, value in enumerate(values)],
        "events": [{"timeUnixNano": str(START + 5), "name": "exception", "attributes": []}],
        "links": [{"traceId": "0" * 31 + "1", "spanId": "0" * 15 + "2"}],
        "status": {"message": "no stock", "code": 2},
        **other,
    }


def document(*spans: dict[str, Any]) -> dict[str, Any]:
    """An export request in OTLP JSON."""
    resource = {"attributes": [{"key": "service.name", "value": {"stringValue": "browser"}}]}
    scope = {"name": "fetch", "version": "2"}
    return {"resourceSpans": [{"resource": resource, "scopeSpans": [{"scope": scope, "spans": list(spans)}]}]}


def protobuf(trace_id: bytes = b"t" * 16, span_id: bytes = b"s" * 8, name: str = "GET /") -> bytes:
    """An export request in protobuf with one span."""
    request = ExportTraceServiceRequest()
    span = request.resource_spans.add().scope_spans.add().spans.add()
    span.trace_id, span.span_id, span.name, span.start_time_unix_nano = trace_id, span_id, name, START
    body: bytes = request.SerializeToString()
    return body


def test_spans_of_the_real_exporter_come_back_in_jaegers_form(box: Tracebox) -> None:
    """Gzipped protobuf of the SDK is answered with hex ids, number kinds and times as text."""
    with (
        tracer(box, "order-service") as otel,
        otel.start_as_current_span("parent", kind=trace.SpanKind.SERVER) as parent,
    ):
        link = trace.Link(parent.get_span_context())
        otel.start_span(
            "child", kind=trace.SpanKind.PRODUCER, links=[link], attributes={"n": 1, "shop.order.id": "o-1"}
        ).end()
    trace_id = f"{parent.get_span_context().trace_id:032x}"
    answer = box.trace(trace_id)
    [part] = answer["result"]["resourceSpans"]
    assert part["scopeSpans"][0]["scope"] == {"name": "tests", "version": "1.0"}
    assert {"key": "service.name", "value": {"stringValue": "order-service"}} in part["resource"]["attributes"]
    first, second = spans_of(answer)
    assert (first["name"], first["kind"], first["traceId"]) == ("parent", 2, trace_id)
    assert "parentSpanId" not in first
    assert first["status"] == {}
    assert (second["kind"], second["parentSpanId"]) == (4, first["spanId"])
    assert second["links"][0]["traceId"] == trace_id
    assert second["links"][0]["spanId"] == first["spanId"]
    assert second["attributes"][0] == {"key": "n", "value": {"intValue": "1"}}
    assert isinstance(second["startTimeUnixNano"], str)


def test_json_comes_back_as_it_was_sent(box: Tracebox) -> None:
    """OTLP JSON with every kind of value is stored without loss."""
    response = box.post(json.dumps(document(span_json())).encode(), "application/json; charset=utf-8")
    assert (response.status_code, response.headers["content-type"], response.json()) == (
        200,
        "application/json",
        {},
    )
    answer = box.trace("5b8efff798038103d269b633813fc60c")
    [span] = spans_of(answer)
    expected = span_json()
    del expected["events"][0]["attributes"]  # an empty list is left out
    assert span == expected
    assert answer["result"]["resourceSpans"][0]["scopeSpans"][0]["scope"] == {"name": "fetch", "version": "2"}


def test_unknown_json_fields_are_ignored(box: Tracebox) -> None:
    """A newer client may send more than we know."""
    body = json.dumps(document(span_json(traceId="7" * 32, invention=1))).encode()
    assert box.post(body, "application/json").status_code == 200
    assert len(spans_of(box.trace("7" * 32))) == 1


def test_protobuf_is_answered_in_protobuf(box: Tracebox) -> None:
    """The answer has the content type of the request."""
    response = box.post(gzip.compress(protobuf()), content_encoding="gzip")
    assert response.headers["content-type"] == "application/x-protobuf"
    assert ExportTraceServiceResponse.FromString(response.content) == ExportTraceServiceResponse()


def test_a_span_without_service_is_named_as_jaeger_names_it(box: Tracebox) -> None:
    """No service.name becomes missing-service-name, in the list and in the answer."""
    box.post(protobuf(b"m" * 16))
    answer = box.trace((b"m" * 16).hex())
    assert answer["result"]["resourceSpans"][0]["resource"]["attributes"][0]["value"] == {
        "stringValue": "missing-service-name"
    }
    assert "missing-service-name" in box.get("/api/v3/services").json()["services"]


def test_a_span_sent_twice_is_stored_once(box: Tracebox) -> None:
    """A client that got no answer sends again."""
    dropped = 'shop_tracebox_spans_dropped_total{reason="duplicate"}'
    before = box.metric(dropped)
    for _ in range(3):
        box.post(protobuf(b"d" * 16))
    wait_for("two duplicates", lambda: box.metric(dropped) == before + 2)
    assert len(spans_of(box.trace((b"d" * 16).hex()))) == 1


BAD_JSON = [
    b"{",
    b"[]",
    b"null",
    b'{"resourceSpans": 5}',
    b"\xff\xfe",
    b"[" * 100_000,
    json.dumps(document(span_json(traceId="zz"))).encode(),
    json.dumps(document(span_json(spanId="00"))).encode(),
    json.dumps(document(span_json(traceId=7))).encode(),
    json.dumps(document(span_json(startTimeUnixNano="soon"))).encode(),
]


@pytest.mark.parametrize("body", BAD_JSON, ids=range(len(BAD_JSON)))
def test_bad_json_is_refused(box: Tracebox, body: bytes) -> None:
    """Any JSON that is no export request is a 400 with a status message."""
    response = box.post(body, "application/json")
    assert response.status_code == 400
    assert response.json()["message"]


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        (b"not protobuf", {}, 400),
        (protobuf(trace_id=b"short"), {}, 400),
        (protobuf(span_id=b""), {}, 400),
        (b"not gzip", {"content_encoding": "gzip"}, 400),
        (gzip.compress(protobuf())[:-9], {"content_encoding": "gzip"}, 400),
        (protobuf(), {"content_encoding": "br"}, 400),
        (b"x" * (8 * 1024 * 1024 + 1), {}, 413),
        (gzip.compress(b"0" * 50_000_000), {"content_encoding": "gzip"}, 413),
    ],
    ids=["garbage", "trace id", "span id", "gzip", "cut gzip", "encoding", "large", "gzip bomb"],
)
def test_bad_protobuf_is_refused(box: Tracebox, body: bytes, headers: dict[str, str], status: int) -> None:
    """The answer is a google.rpc.Status: a code, then a message."""
    response = box.post(body, **headers)
    assert response.status_code == status
    assert response.content[0] == 0x08
    assert response.content[2] == 0x12


def test_other_types_and_methods_are_refused(box: Tracebox) -> None:
    """415 for another content type, 405 for another method, 404 for another path; and it still runs."""
    assert box.post(b"hello", "text/plain").status_code == 415
    get = box.get("/health")
    assert get.json() == {"status": "ok"}
    assert box.get("/v1/traces").status_code == 404


def test_an_empty_request_is_fine(box: Tracebox) -> None:
    """No spans are no error."""
    assert box.post(b"").status_code == 200
