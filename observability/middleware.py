"""Pure-ASGI middleware: request id, a metric and a log line for each request, the last net for errors."""

import time

from opentelemetry import trace
from starlette.datastructures import MutableHeaders
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from observability import request_id
from observability.logging import get_logger
from observability.metrics import OTHER, Children, error_type, exemplar, http_active, http_server_duration
from observability.tracing import record_error

__all__ = ["TelemetryMiddleware"]

_QUIET = ("/health", "/health/ready", "/metrics")
_BODIES = ("http.response.body", "http.response.pathsend")
_METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
_durations = Children(http_server_duration)
_active = Children(http_active)


class TelemetryMiddleware:
    """Wraps an ASGI app, inside of the server span and outside of everything else.

    on_crash: an ASGI app that answers when a request ends in an exception before a response began.
    """

    def __init__(self, app: ASGIApp, on_crash: ASGIApp) -> None:
        self._app = app
        self._on_crash = on_crash
        self._log = get_logger("http")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        identifier = request_id.of_scope(scope)
        method = scope["method"] if scope["method"] in _METHODS else OTHER
        scheme = "https" if scope["scheme"] == "https" else "http"
        quiet = scope["path"] in _QUIET
        crash: Exception | None = None
        status = 0
        complete = received = broken_off = False

        async def receive_and_watch() -> Message:
            nonlocal received, broken_off
            message = await receive()
            if message["type"] == "http.disconnect":
                broken_off = not received
            elif not message.get("more_body"):
                received = True
            return message

        async def send_with_id(message: Message) -> None:
            nonlocal status, complete
            if broken_off:  # frameworks answer half a body with 400; nobody is there, and it was no bad request
                return
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)[request_id.HEADER] = identifier
            await send(message)
            complete = complete or (message["type"] in _BODIES and not message.get("more_body"))

        active = _active[method, scheme]
        if not quiet:
            active.inc()
        started = time.perf_counter()
        with request_id.bound(identifier):
            try:
                await self._app(scope, receive_and_watch, send_with_id)
            except ClientDisconnect:
                pass  # nobody is there to be answered; recorded as aborted
            except Exception as error:
                crash = error
                record_error(trace.get_current_span(), error)
                self._log.exception("http.crash")
                if status:  # the response has begun: nothing can be said to the client any more
                    raise
                await self._on_crash(scope, receive_and_watch, send_with_id)
            finally:
                if not quiet:
                    active.dec()
                    seconds = time.perf_counter() - started
                    failed = error_type(crash) or ("" if complete else "aborted")
                    self._record(scope, method, scheme, status, failed, complete, seconds)

    def _record(
        self, scope: Scope, method: str, scheme: str, status: int, failed: str, complete: bool, seconds: float
    ) -> None:
        """Observe and log one request. failed: the `error_type` of what failed it, other than its status."""
        route = getattr(scope.get("route"), "path", "")
        sent = str(status) if status else ""
        error = failed or (sent if status >= 500 else "")
        _durations[method, route, sent, scheme, error].observe(seconds, exemplar())
        self._log.info(
            "http.request",
            method=method,
            route=route,
            path=scope["path"],
            status=status,
            **({} if complete else {"aborted": True}),
            duration_ms=round(seconds * 1000, 2),
        )
