"""httpx: a client span, a duration and the request id for each call."""

import time

import httpx
from opentelemetry.instrumentation.httpx import HTTPXClientInstrumentor

from observability import request_id
from observability.metrics import Children, error_type, exemplar, http_client_duration

__all__ = ["observed_client"]

_PORTS = {"http": 80, "https": 443}
_durations = Children(http_client_duration)


class _Observed(httpx.AsyncBaseTransport):
    """Wraps a transport: sends the current request id, observes `http_client_request_duration_seconds`."""

    def __init__(self, wrapped: httpx.AsyncBaseTransport, peer: str) -> None:
        self._wrapped = wrapped
        self._peer = peer

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if request_id.current():
            request.headers.setdefault(request_id.HEADER, request_id.current())
        started = time.perf_counter()
        try:
            response = await self._wrapped.handle_async_request(request)
        except BaseException as error:  # a cancelled call has taken its time as well
            self._observe(request, "", error_type(error), started)
            raise
        status = str(response.status_code)
        self._observe(request, status, status if response.status_code >= 400 else "", started)
        return response

    def _observe(self, request: httpx.Request, status: str, error: str, started: float) -> None:
        url = request.url
        port = str(url.port or _PORTS[url.scheme])
        child = _durations[request.method, url.host, port, status, error, url.scheme, self._peer]
        child.observe(time.perf_counter() - started, exemplar())

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
