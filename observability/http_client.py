"""httpx: a client span, a duration and the request id for each call."""

import time
from typing import Any

import httpx
from opentelemetry.propagate import inject
from opentelemetry.trace import INVALID_SPAN, Span, set_span_in_context

from observability import request_id
from observability.client_span import address_of, fail, fail_by, start
from observability.metrics import Children, error_type, exemplar, http_client_duration
from observability.names import tracer

__all__ = ["RESEND", "TEMPLATE", "ObservedTransport"]

TEMPLATE = "url_template"
"""The httpx extension that says what a call is: `extensions={TEMPLATE: "/things/{id}"}`."""
RESEND = "resend_count"
"""The httpx extension that says which repetition of a call it is: 1 for its second request."""
_PORTS = {"http": 80, "https": 443}
_durations = Children(http_client_duration)
_tracer = tracer(__name__)


class ObservedTransport(httpx.AsyncBaseTransport):
    """Wraps a transport for calls to `peer`: sends the request id and the trace, and observes
    `http_client_request_duration_seconds`.

    For a client: `httpx.AsyncClient(transport=ObservedTransport(httpx.AsyncHTTPTransport(), "orders"))`.
    """

    def __init__(self, wrapped: httpx.AsyncBaseTransport, peer: str) -> None:
        self._wrapped = wrapped
        self._peer = peer

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """As the wrapped transport does."""
        if request_id.current():
            request.headers.setdefault(request_id.HEADER, request_id.current())
        span = self._span(request)
        if span is not INVALID_SPAN:
            inject(request.headers, set_span_in_context(span))
        started = time.perf_counter()
        try:
            response = await self._wrapped.handle_async_request(request)
        except BaseException as error:  # a cancelled call has taken its time as well
            fail_by(span, error)
            self._end(span, request, "", error_type(error), started)
            raise
        status = str(response.status_code)
        failure = status if response.status_code >= 400 else ""
        span.set_attributes(
            {
                "http.response.status_code": response.status_code,
                "network.protocol.version": response.http_version.removeprefix("HTTP/"),
            }
        )
        if failure:
            fail(span, failure)
        self._end(span, request, status, failure, started)
        return response

    def _span(self, request: httpx.Request) -> Span:
        url, method = request.url, request.method
        template = request.extensions.get(TEMPLATE)
        attributes: dict[str, Any] = {
            "http.request.method": method,
            "url.full": str(url),
            "url.scheme": url.scheme,
            "service.peer.name": self._peer,
            **address_of(url.host, _port(url)),
        }
        if template:
            attributes["url.template"] = template
        if resend := request.extensions.get(RESEND):
            attributes["http.request.resend_count"] = resend
        return start(_tracer, f"{method} {template}" if template else method, attributes)

    def _end(self, span: Span, request: httpx.Request, status: str, error: str, started: float) -> None:
        url = request.url
        span.end()
        child = _durations[request.method, url.host, str(_port(url) or ""), status, error, url.scheme, self._peer]
        child.observe(time.perf_counter() - started, exemplar(span))

    async def aclose(self) -> None:
        """As the wrapped transport does."""
        await self._wrapped.aclose()


def _port(url: httpx.URL) -> int | None:
    return url.port or _PORTS.get(url.scheme)
