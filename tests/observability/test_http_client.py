"""observability.http_client"""

from collections.abc import Callable

import httpx
import pytest
from opentelemetry.trace import SpanKind, StatusCode

from observability import request_id
from observability.http_client import TEMPLATE, ObservedTransport
from observability.spans import untraced
from observability.testing import CapturedSpans, MetricDelta

COUNT = "http_client_request_duration_seconds_count"


def _client(peer: str, answer: Callable[[httpx.Request], httpx.Response]) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=ObservedTransport(httpx.MockTransport(answer), peer))


async def test_call_is_traced_measured_and_named(captured_spans: CapturedSpans) -> None:
    """A call carries the request id and the trace, and leaves a client span and an observation."""
    counted = MetricDelta(
        COUNT,
        service_peer_name="user-service",
        http_request_method="GET",
        http_response_status_code="204",
        server_address="user",
        server_port="80",
        url_scheme="http",
        error_type="",
    )
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(204)

    async with _client("user-service", answer) as client:
        with request_id.bound("req-12345678"):
            await client.get("http://user/api/users/1", extensions={TEMPLATE: "/api/users/{id}"})
    (span,) = captured_spans.all
    assert span.kind is SpanKind.CLIENT
    assert span.name == "GET /api/users/{id}"
    assert span.attributes == {
        "http.request.method": "GET",
        "http.response.status_code": 204,
        "network.protocol.version": "1.1",
        "server.address": "user",
        "server.port": 80,
        "service.peer.name": "user-service",
        "url.full": "http://user/api/users/1",
        "url.scheme": "http",
        "url.template": "/api/users/{id}",
    }
    assert seen[0].headers["x-request-id"] == "req-12345678"
    assert seen[0].headers["traceparent"].split("-")[2] == f"{span.context.span_id:016x}"
    assert counted.value == 1


async def test_no_request_no_header() -> None:
    """Outside of a request there is no id to send."""
    async with _client("x", lambda request: httpx.Response(200, json=dict(request.headers))) as client:
        assert "x-request-id" not in (await client.get("http://x/")).json()


@pytest.mark.parametrize(("status", "error"), [(304, ""), (404, "404"), (503, "503")])
async def test_a_status_from_400_on_is_an_error_of_the_call(
    status: int, error: str, captured_spans: CapturedSpans
) -> None:
    """As the conventions have it for clients; a port that is not the scheme's own is told."""
    counted = MetricDelta(COUNT, http_response_status_code=str(status), error_type=error, server_port="8001")
    async with _client("x", lambda request: httpx.Response(status)) as client:
        await client.get("http://x:8001/")
    assert counted.value == 1
    (span,) = captured_spans.all
    assert (span.name, (span.attributes or {}).get("error.type", "")) == ("GET", error)
    assert (span.status.status_code is StatusCode.ERROR) is bool(error)


async def test_no_answer_is_an_error(captured_spans: CapturedSpans) -> None:
    """A call without a response is observed without a status, by its exception, which is raised."""
    counted = MetricDelta(
        COUNT,
        service_peer_name="gone",
        http_request_method="POST",
        http_response_status_code="",
        error_type="httpx.ConnectError",
    )

    def refuse(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused", request=request)

    async with _client("gone", refuse) as client:
        with pytest.raises(httpx.ConnectError):
            await client.post("http://gone/")
    assert counted.value == 1
    (span,) = captured_spans.all
    assert (span.attributes or {})["error.type"] == "httpx.ConnectError"
    assert (span.status.description, span.events) == ("refused", ())


async def test_untraced_calls_make_no_span(captured_spans: CapturedSpans) -> None:
    """Polling is measured, not traced."""
    async with _client("x", lambda _: httpx.Response(200)) as client:
        with untraced():
            await client.get("http://x/")
    assert captured_spans.all == []


@pytest.mark.parametrize("url", ["/orders", "orders:8000/x", "ftp://orders/x"])
async def test_an_address_without_http_fails_as_the_wrapped_transport_does(
    url: str, captured_spans: CapturedSpans
) -> None:
    """Whoever handles httpx's errors handles this one, and it is traced and counted like any other."""
    counted = MetricDelta(COUNT, error_type="httpx.UnsupportedProtocol", server_port="")
    async with httpx.AsyncHTTPTransport() as wrapped:
        with pytest.raises(httpx.UnsupportedProtocol):
            await ObservedTransport(wrapped, "x").handle_async_request(httpx.Request("GET", url))
    assert counted.value == 1
    (span,) = captured_spans.all
    assert (span.attributes or {})["error.type"] == "httpx.UnsupportedProtocol"
