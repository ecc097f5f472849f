"""Search by each criterion, and the answers in Jaeger's form."""

import json
from typing import Any

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from tests.jaeger.tracebox.process import EVER, Tracebox
from tests.waiting import wait_for

NOW = 1_790_000_000_000_000_000  # 2026-09-21T14:13:20Z
SECOND = 10**9

# number: service, operation, kind, start (s), duration (ms), status code, attributes
SPANS: dict[int, tuple[str, str, int, int, int, int, dict[str, Any]]] = {
    1: (
        "order-service",
        "POST /api/orders",
        2,
        0,
        250,
        0,
        {"shop.request.id": "req-11111111", "shop.order.id": "o-1"},
    ),
    2: ("payment-service", "charge", 3, 10, 5, 2, {"shop.order.id": "o-1", "shop.payment.id": "p-1", "try": 2}),
    3: ("payment-service", "charge", 3, 20, 900, 1, {"enduser.id": "u-1", "cached": True, "rate": 0.5}),
    4: ("product-service", "reserve", 5, 30, 40, 0, {"shop.product.id": "7", "messaging.message.id": "m-1"}),
}


@pytest.fixture(autouse=True, scope="module")
def _spans(box: Tracebox) -> None:
    request = ExportTraceServiceRequest()
    for number, (service, name, kind, start, duration, status, attributes) in SPANS.items():
        part = request.resource_spans.add()
        part.resource.attributes.add(key="service.name").value.string_value = service
        part.resource.attributes.add(key="host.name").value.string_value = f"host-{number}"
        scope = part.scope_spans.add()
        scope.scope.name = "tests"
        span = scope.spans.add(name=name, kind=kind)
        span.trace_id, span.span_id = number.to_bytes(16, "big"), number.to_bytes(8, "big")
        span.start_time_unix_nano = NOW + start * SECOND
        span.end_time_unix_nano = span.start_time_unix_nano + duration * 10**6
        span.status.code = status
        for key, value in attributes.items():
            target = span.attributes.add(key=key).value
            match value:
                case bool():
                    target.bool_value = value
                case int():
                    target.int_value = value
                case float():
                    target.double_value = value
                case _:
                    target.string_value = value
        span.events.add(name="note").attributes.add(key="note").value.string_value = f"note-{number}"
        span.links.add(trace_id=b"l" * 16, span_id=b"l" * 8).attributes.add(
            key="messaging.message.id"
        ).value.string_value = f"linked-{number}"
    box.post(request.SerializeToString())
    wait_for("all spans", lambda: box.metric("shop_tracebox_spans") == len(SPANS))


def numbers(box: Tracebox, **criteria: str) -> list[int]:
    """The found spans by their number, in order of the answer."""
    return [int(span["spanId"], 16) for span in box.search(**criteria)]


ATTRIBUTES = [
    ({"shop.order.id": "o-1"}, [2, 1]),
    ({"shop.order.id": "o-1", "shop.payment.id": "p-1"}, [2]),
    ({"shop.request.id": "req-11111111"}, [1]),
    ({"enduser.id": "u-1"}, [3]),
    ({"shop.product.id": "7"}, [4]),
    ({"messaging.message.id": "m-1"}, [4]),
    ({"messaging.message.id": "linked-3"}, [3]),
    ({"shop.order.id": "o-2"}, []),
    ({"shop.order.id": "o-1", "shop.product.id": "7"}, []),  # on one span, not on one trace
    ({"try": "2"}, [2]),
    ({"cached": "true"}, [3]),
    ({"rate": "0.5"}, [3]),
    ({"shop.order.id": "o-1", "try": "2"}, [2]),
    ({"note": "note-4"}, [4]),
    ({"host.name": "host-1"}, [1]),
    ({"resource.host.name": "host-1"}, [1]),
    ({"resource.note": "note-1"}, []),
    ({"scope.name": "tests"}, [4, 3, 2, 1]),
    ({"error": "true"}, [2]),
    ({"error": "false"}, [3]),
    ({"span.status": "ok"}, [3]),
    ({"span.kind": "consumer"}, [4]),
    ({"shop.order.id": "o-1' OR '1'='1"}, []),
]


@pytest.mark.parametrize(("attributes", "expected"), ATTRIBUTES, ids=[str(item) for item, _ in ATTRIBUTES])
def test_search_by_attributes(box: Tracebox, attributes: dict[str, str], expected: list[int]) -> None:
    """All must be on one span, compared as text; newest first."""
    assert numbers(box, attributes=json.dumps(attributes)) == expected


@pytest.mark.parametrize(
    ("criteria", "expected"),
    [
        ({}, [4, 3, 2, 1]),
        ({"serviceName": "payment-service"}, [3, 2]),
        ({"service_name": "payment-service"}, [3, 2]),
        ({"serviceName": "payment-service", "operationName": "charge", "durationMin": "0.1s"}, [3]),
        ({"operation_name": "reserve"}, [4]),
        ({"serviceName": "order-service", "operationName": "reserve"}, []),
        ({"durationMin": "100ms"}, [3, 1]),
        ({"duration_max": "40ms"}, [4, 2]),
        ({"durationMin": "30ms", "durationMax": "250ms"}, [4, 1]),
        ({"searchDepth": "2"}, [4, 3]),
        ({"search_depth": "1"}, [4]),
    ],
)
def test_search_by_the_rest(box: Tracebox, criteria: dict[str, str], expected: list[int]) -> None:
    """Service, operation, duration and limit, in both spellings."""
    assert numbers(box, **criteria) == expected


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        ("2026-09-21T14:13:20Z", "2026-09-21T14:13:40Z", [3, 2, 1]),
        ("2026-09-21T14:13:20.000000001Z", "2026-09-21T16:13:39.999999999+02:00", [2]),
        ("2026-09-21T14:13:51Z", "2026-09-22T00:00:00Z", []),
    ],
)
def test_search_by_time(box: Tracebox, start: str, end: str, expected: list[int]) -> None:
    """Bounds are inclusive and exact to the nanosecond, in any time zone."""
    window = {"query.startTimeMin": start, "query.startTimeMax": end}
    answer = box.get("/api/v3/traces", **window).json()
    parts = answer.get("result", {}).get("resourceSpans", [])
    found = [span["spanId"] for part in parts for scope in part["scopeSpans"] for span in scope["spans"]]
    assert [int(item, 16) for item in found] == expected


def test_services_and_operations(box: Tracebox) -> None:
    """Names in order; kinds in words; a filter by kind."""
    assert box.get("/api/v3/services").json() == {
        "services": ["order-service", "payment-service", "product-service"]
    }
    operations = {"operations": [{"name": "charge", "spanKind": "client"}]}
    assert box.get("/api/v3/operations", service="payment-service").json() == operations
    assert box.get("/api/v3/operations", service="payment-service", spanKind="client").json() == operations
    assert box.get("/api/v3/operations", service="payment-service", span_kind="server").json() == {
        "operations": []
    }


@pytest.mark.parametrize(
    ("path", "params", "status", "message"),
    [
        ("", EVER | {"query.serviceName": "nobody"}, 404, "No traces found"),
        ("/" + "a" * 32, {}, 404, "No traces found"),
        ("", {}, 400, "query.startTimeMin and query.startTimeMax are required"),
        ("", EVER | {"query.startTimeMin": "yesterday"}, 400, "malformed parameter query.startTimeMin"),
        ("", EVER | {"query.startTimeMax": EVER["query.startTimeMin"]}, 400, "must be before"),
        ("", EVER | {"query.durationMin": "5"}, 400, "malformed parameter query.durationMin"),
        ("", EVER | {"query.searchDepth": "many"}, 400, "malformed parameter query.searchDepth"),
        ("", EVER | {"query.searchDepth": "0"}, 400, "search depth"),
        ("", EVER | {"query.attributes": '{"a": 1}'}, 400, "malformed parameter query.attributes"),
        ("", EVER | {"query.attributes": "a=b"}, 400, "malformed parameter query.attributes"),
        ("/xyz", {}, 400, "malformed parameter trace_id"),
        ("/" + "a" * 33, {}, 400, "malformed parameter trace_id"),
        ("/1", {"startTime": "now"}, 400, "malformed parameter startTime"),
    ],
)
def test_errors_have_jaegers_form(
    box: Tracebox, path: str, params: dict[str, str], status: int, message: str
) -> None:
    """`{"error": {"httpCode", "message"}}`, and 404 where nothing is found."""
    response = box.get(f"/api/v3/traces{path}", **params)
    error = response.json()["error"]
    assert (response.status_code, error["httpCode"]) == (status, status)
    assert message in error["message"]


def test_a_short_trace_id_is_filled_with_zeros(box: Tracebox) -> None:
    """Jaeger takes ids without leading zeros, and times as a hint."""
    response = box.get("/api/v3/traces/1", start_time="2026-01-01T00:00:00Z")
    assert response.json()["result"]["resourceSpans"][0]["scopeSpans"][0]["spans"][0]["traceId"] == f"{1:032x}"
