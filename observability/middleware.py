"""One pure-ASGI middleware around an app: server span, request id, metrics and a log line for each request, and
the last net for errors. It is one, so that what they share is found out once."""

import time
from collections.abc import Iterable, Sequence

from opentelemetry import trace
from prometheus_client import Histogram
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from observability import request_id
from observability.logging import RequestLog, get_logger
from observability.metrics import OTHER, Children, error_type, exemplar, http_active, http_server_duration
from observability.secrets import hide
from observability.server_span import METHODS, ServerSpans
from observability.spans import record_error

__all__ = ["TelemetryMiddleware", "note_wait"]

Header = tuple[bytes, bytes]
_BODIES = ("http.response.body", "http.response.pathsend")
_ID = request_id.HEADER.encode()
_MOMENT = 0.1  # seconds
_durations = Children(http_server_duration)
_active = Children(http_active)


def note_wait(scope: Scope, seconds: float) -> None:
    """Note how long a request was kept open because its client asked for that: no metric of durations has it."""
    scope["waited"] = scope.get("waited", 0.0) + seconds


class TelemetryMiddleware:
    """Wraps an ASGI app, outside of everything that answers.

    on_crash: an ASGI app that answers when a request ends in an exception before a response began.
    headers: given to each answer that has none of that name. Names in lower case.
    quiet: paths that are polled: a request for one leaves no span, no observation and no line.
    """

    def __init__(
        self, app: ASGIApp, on_crash: ASGIApp, headers: Sequence[Header] = (), quiet: Iterable[str] = ()
    ) -> None:
        self._app = app
        self._on_crash = on_crash
        self._headers = tuple(headers)
        self._quiet = frozenset(quiet)
        self._spans = ServerSpans()
        self._log = RequestLog("http")
        self._series: dict[tuple[str, ...], _Series] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        root = scope.get("root_path", "")
        quiet = scope["path"].removeprefix(root) in self._quiet
        identifier = request_id.of_scope(scope)
        exchange = _Exchange(scope, receive, send, identifier, self._headers)
        binding = request_id.bind(identifier)
        span = None
        if not quiet:
            span = self._spans.start(scope, identifier)
            active = _active[exchange.method, exchange.scheme]
            active.inc()
        try:
            await self._app(scope, exchange.receive, exchange.send)
        except ClientDisconnect:
            pass  # nobody is there to be answered; recorded as aborted
        except Exception as error:
            exchange.crash = error
            record_error(trace.get_current_span(), error)
            get_logger("http").exception("http.crash")
            if exchange.status:  # the response has begun: nothing can be said to the client any more
                raise
            await self._on_crash(scope, exchange.receive, exchange.send)
        finally:
            if span is not None:
                active.dec()
                route = _template(scope, root)
                self._record(scope, route, exchange, span[0].get_span_context())
                self._spans.end(span, exchange.method, route, exchange.status, aborted=not exchange.ended)
            request_id.unbind(binding)

    def _record(self, scope: Scope, route: str, exchange: "_Exchange", span: trace.SpanContext) -> None:
        """Observe and log one request."""
        seconds = (exchange.ended or time.perf_counter()) - exchange.started
        sent = str(exchange.status) if exchange.status else ""
        error = error_type(exchange.crash) or ("" if exchange.ended else "aborted")
        labels = exchange.method, route, sent, exchange.scheme, error or (sent if exchange.status >= 500 else "")
        series = self._series.get(labels)
        if series is None:
            series = self._series[labels] = _Series(_durations[labels])
        waited = scope.get("waited", 0.0)
        series.observe(max(0.0, seconds - waited))
        valid = span.is_valid
        self._log.info(
            "http.request",
            method=exchange.method,
            route=route,
            path=hide(scope["path"]),
            status=exchange.status,
            duration_ms=round(seconds * 1000, 2),
            **({"waited_ms": round(waited * 1000, 2)} if waited else {}),
            **({} if exchange.ended else {"aborted": True}),
            request_id=exchange.identifier,
            trace_id=f"{span.trace_id:032x}" if valid else "",
            span_id=f"{span.span_id:016x}" if valid else "",
            trace_flags=f"{span.trace_flags:02x}" if valid else "",
        )


def _template(scope: Scope, root: str) -> str:
    """The path of the route that answered, with names for what differs, below the mounts that led to it.

    root: the root path of the whole app.
    """
    route = getattr(scope.get("route"), "path", "")
    if (below := scope.get("root_path", "")) == root:
        return route
    names = {str(value): f"{{{name}}}" for name, value in scope.get("path_params", {}).items()}
    return "/".join(names.get(part, part) for part in below.removeprefix(root).split("/")) + route


class _Series:
    """One time series of the histogram. Of the requests of one moment only the first, and each that is slower than
    all before it, get an exemplar: a scrape shows no more than the last one of each bucket."""

    __slots__ = ("_child", "_due", "_slowest")

    def __init__(self, child: Histogram) -> None:
        self._child = child
        self._due = self._slowest = 0.0

    def observe(self, seconds: float) -> None:
        """Count a request that took so long."""
        now = time.monotonic()
        if now >= self._due:
            self._due, self._slowest = now + _MOMENT, -1.0
        if seconds > self._slowest:
            self._slowest = seconds
            self._child.observe(seconds, exemplar())
        else:
            self._child.observe(seconds)


class _Exchange:
    """One request: what it asks, what was received of it, and what was sent."""

    __slots__ = (
        *("_broken_off", "_headers", "_receive", "_received", "_send"),
        *("crash", "ended", "identifier", "method", "scheme", "started", "status"),
    )

    def __init__(
        self, scope: Scope, receive: Receive, send: Send, identifier: str, headers: Sequence[Header]
    ) -> None:
        self.method = scope["method"] if scope["method"] in METHODS else OTHER
        self.scheme = "https" if scope["scheme"] == "https" else "http"
        self.identifier = identifier
        self.started = time.perf_counter()
        self.ended = 0.0  # when the whole answer was sent; what the app does after it is no wait of the client's
        self.status = 0
        self.crash: Exception | None = None
        self._receive = receive
        self._send = send
        self._headers = headers
        self._received = self._broken_off = False

    async def receive(self) -> Message:
        """The app's `receive`, watched."""
        message = await self._receive()
        if message["type"] == "http.disconnect":
            self._broken_off = not self._received
        elif not message.get("more_body"):
            self._received = True
        return message

    async def send(self, message: Message) -> None:
        """The app's `send`, watched; the answer has the request's id and the headers that every answer has."""
        if self._broken_off:  # frameworks answer half a body with 400; nobody is there, and it was no bad request
            return
        kind = message["type"]
        if kind == "http.response.start":
            self.status = message["status"]
            given = [header for header in message.get("headers", ()) if header[0] != _ID]
            names = [name.lower() for name, _ in given]
            given += [header for header in self._headers if header[0] not in names]
            given.append((_ID, self.identifier.encode()))
            message = {**message, "headers": given}
        await self._send(message)
        if kind in _BODIES and not message.get("more_body"):
            self.ended = time.perf_counter()
