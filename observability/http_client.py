"""httpx: a client span, a duration and the request id for each call."""

import time

import httpx
from opentelemetry.instrumentation.httpx import HTTPXClientInstrumentor

from observability import request_id
from observability.metrics import exemplar, http_client_duration

__all__ = ["observed_client"]


class _Observed(httpx.AsyncBaseTransport):
    """Wraps a transport: sends the current request id, observes `http_client_request_duration_seconds`."""

    def __init__(self, wrapped: httpx.AsyncBaseTransport, peer: str) -> None:
        self._wrapped = wrapped
        self._peer = peer

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if request_id.current():
            request.headers.setdefault(request_id.HEADER, request_id.current())
        started = time.perf_counter()
        status = "error"
        try:
            response = await self._wrapped.handle_async_request(request)
            status = str(response.status_code)
            return response
        finally:
            seconds = time.perf_counter() - started
            http_client_duration.labels(self._peer, request.method, status).observe(seconds, exemplar())

    async def aclose(self) -> None:
        await self._wrapped.aclose()


def observed_client(
    peer: str, *, timeout: float, transport: httpx.AsyncBaseTransport | None = None
) -> httpx.AsyncClient:
    """An httpx client for calls to `peer`, traced and measured. timeout: seconds for each phase of a call."""
    client = httpx.AsyncClient(
        transport=_Observed(transport or httpx.AsyncHTTPTransport(), peer), timeout=timeout, trust_env=False
    )
    HTTPXClientInstrumentor.instrument_client(client)
    return client
