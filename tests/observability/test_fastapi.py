"""observability.fastapi"""

import pytest
from fastapi import Request
from opentelemetry.trace import SpanKind, StatusCode

from observability.testing import CapturedSpans, metric_value
from tests.observability.apps import client, make

ACTIVE = "http_server_active_requests"


async def test_one_span_a_request(captured_spans: CapturedSpans) -> None:
    """One server span with stable names and the request id; none for receiving and sending."""
    async with client(make()) as http:
        await http.get("/things/7", headers={"X-Request-ID": "mine-1234"})
    (span,) = captured_spans.all
    attributes = dict(span.attributes or {})
    assert (span.name, span.kind) == ("GET /things/{thing_id}", SpanKind.SERVER)
    assert attributes["shop.request.id"] == "mine-1234"
    assert attributes["http.request.method"] == "GET"
    assert attributes["http.response.status_code"] == 200
    assert attributes["http.route"] == "/things/{thing_id}"
    assert "http.method" not in attributes


async def test_span_belongs_to_the_callers_trace(captured_spans: CapturedSpans) -> None:
    """W3C trace context is taken up."""
    parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    async with client(make()) as http:
        await http.get("/things/7", headers={"traceparent": parent})
    (span,) = captured_spans.all
    assert f"{span.context.trace_id:032x}" in parent


async def test_a_made_up_id_is_the_same_in_span_and_response(captured_spans: CapturedSpans) -> None:
    """The span begins outside of the middleware: both must agree on the id they make."""
    async with client(make()) as http:
        response = await http.get("/things/7")
    assert (captured_spans.all[0].attributes or {})["shop.request.id"] == response.headers["x-request-id"]


async def test_a_crash_marks_the_span(captured_spans: CapturedSpans) -> None:
    """The span of a crash is an error, with the exception."""
    async with client(make()) as http:
        await http.post("/things/crash")
    span = captured_spans.one("POST /things/crash")
    assert span.status.status_code is StatusCode.ERROR
    assert "exception" in [event.name for event in span.events]


@pytest.mark.parametrize(
    ("path", "spans"), [("/health", 0), ("/health/ready", 0), ("/metrics", 0), ("/things/healthy/foods", 1)]
)
async def test_only_health_and_metrics_are_untraced(path: str, spans: int, captured_spans: CapturedSpans) -> None:
    """What is polled makes no spans; what merely sounds like it does."""
    async with client(make()) as http:
        await http.get(path)
    assert len(captured_spans.all) == spans


async def test_secrets_in_a_query_are_not_traced(captured_spans: CapturedSpans) -> None:
    """What a careless client puts into a URL does not reach the trace store."""
    async with client(make()) as http:
        await http.get("/things/7?token=hunter2&page=2")
    attributes = str(dict(captured_spans.all[0].attributes or {}))
    assert "hunter2" not in attributes
    assert "page=2" in attributes


async def test_active_requests() -> None:
    """The gauge is up while a request is handled, and back when it ended, well or not."""
    inside: list[float] = []

    async def look(request: Request) -> None:
        inside.append(metric_value(ACTIVE, http_request_method="GET", url_scheme="http"))
        if request.path_params["thing_id"] == "bad":
            raise RuntimeError

    async with client(make(look)) as http:
        await http.get("/things/good")
        await http.get("/things/bad")
    assert inside == [1, 1]
    assert metric_value(ACTIVE) == 0


async def test_health_and_metrics_are_not_active_requests() -> None:
    """What is polled does not count itself."""
    async with client(make()) as http:
        served = (await http.get("/metrics")).text
    assert [line for line in served.splitlines() if line.startswith(ACTIVE) and not line.endswith(" 0.0")] == []
