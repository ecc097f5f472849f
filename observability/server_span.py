"""The server span of a request, through the SDK: one set of attributes when it starts, one when it ends.

Names are those of the conventions for HTTP. What `opentelemetry-instrumentation-fastapi` would record is the
measure (tests/observability/test_oracle.py says where we differ and why); this costs a seventh of it.
"""

from collections.abc import MutableMapping
from functools import lru_cache
from typing import Any

from opentelemetry import context, trace
from opentelemetry.trace import SpanKind, StatusCode

from observability.client_span import address_of
from observability.metrics import OTHER
from observability.names import own, tracer
from observability.propagation import parent_of

__all__ = ["METHODS", "ServerSpans"]

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "CONNECT", "TRACE", "QUERY"})
# Programs that make load, as they name themselves.
_LOAD = ("locust", "wrk", "k6/", "apachebench", "hey/", "oha/", "vegeta", "gatling", "jmeter", "loadtest")
_LONGEST_HOST = 260  # characters: a name of 253, and a port
_CRAWLERS = ("googlebot", "bingbot")


class ServerSpans:
    """Starts and ends the spans of one application."""

    def __init__(self) -> None:
        self._request_id = own("request.id")
        self._tracer = tracer(__name__)

    def start(self, scope: MutableMapping[str, Any], identifier: str) -> tuple[trace.Span, Any]:
        """The span, made current, and what `end` needs to undo that.

        Where a server span is current already, made by an instrumentation around us, it gets the request id and
        stays what it is: the second is None.
        """
        around = trace.get_current_span()
        if getattr(around, "kind", None) is SpanKind.SERVER and around.is_recording():
            around.set_attribute(self._request_id, identifier)
            return around, None
        agent = host = traceparent = tracestate = None
        for name, value in scope["headers"]:
            if name == b"traceparent":
                traceparent = traceparent or value
            elif name == b"tracestate":
                tracestate = value if tracestate is None else b"%b,%b" % (tracestate, value)  # RFC 9110, 5.3
            elif name == b"user-agent":
                agent = agent or value
            elif name == b"host":
                host = value
        parent = parent_of(traceparent, tracestate) if traceparent else None
        method = scope["method"]
        attributes = {
            "http.request.method": method if method in METHODS else OTHER,
            "url.scheme": scope.get("scheme", "http"),
            "url.path": scope["path"],
            "network.protocol.version": scope.get("http_version", "1.1"),
            self._request_id: identifier,
        }
        if method not in METHODS:
            attributes["http.request.method_original"] = method
        # The socket's own address is another one in each container; the caller's span has the name it asked for.
        if asked := host and _asked(host):
            attributes.update(asked)
        elif server := scope.get("server"):
            attributes["server.address"] = server[0]
            if server[1]:  # none at the socket of a file
                attributes["server.port"] = server[1]
        if client := scope.get("client"):
            attributes["client.address"], attributes["client.port"] = client
        if query := scope.get("query_string"):
            attributes["url.query"] = query.decode("utf-8", "replace")
        if agent:
            attributes.update(_agent(agent))
        span = self._tracer.start_span(method if method in METHODS else "HTTP", parent, SpanKind.SERVER)
        _give(span, attributes)
        return span, context.attach(trace.set_span_in_context(span, parent))

    def end(
        self, started: tuple[trace.Span, Any], method: str, route: str, status: int, *, aborted: bool = False
    ) -> None:
        """End what `start` gave. route: the template, empty where there is none. status: 0 if nothing was sent.

        aborted: the answer was not sent to its end. Whoever left is no error of ours, so that this sets no status.
        """
        span, token = started
        if token is None:
            return
        if span.is_recording():
            attributes: dict[str, Any] = {}
            name = ""
            if route:
                attributes["http.route"] = route
                name = f"{method if method in METHODS else 'HTTP'} {route}"
            if status:
                attributes["http.response.status_code"] = status
            if (aborted or status >= 500) and span.status.status_code is StatusCode.UNSET:  # type: ignore[attr-defined]
                attributes["error.type"] = "aborted" if aborted else str(status)
                if status >= 500:
                    span.set_status(StatusCode.ERROR)
            _give(span, attributes, name)
        context.detach(token)
        span.end()


def _give(span: trace.Span, attributes: dict[str, Any], name: str = "") -> None:
    """Set attributes that are text and small numbers, and the name, as they stand: `set_attributes` looks at each
    value whether it may be one, copies twice, and costs four times as much."""
    own = span.__dict__
    try:
        own["_attributes"]._dict.update(attributes)
        if name:
            own["_name"] = name
    except (KeyError, AttributeError):  # another kind of span
        span.set_attributes(attributes)
        if name:
            span.update_name(name)


@lru_cache(maxsize=512)
def _asked(raw: bytes) -> dict[str, Any]:
    """The name and the port of a `Host` header (RFC 9110, 7.2); no port where it has none, or none that is one."""
    text = raw[:_LONGEST_HOST].decode("ascii", "replace")
    host, _, port = text.rpartition(":")
    if not host or not port.isdigit() or len(port) > 5:  # also [::1], whose last part is no number
        host, port = text, "0"
    return address_of(host.removeprefix("[").removesuffix("]"), int(port))


@lru_cache(maxsize=512)
def _agent(raw: bytes) -> dict[str, str]:
    """What a user agent tells of itself."""
    agent = raw.decode("utf-8", "replace")
    lower = agent.lower()
    found = {"user_agent.original": agent}
    if any(name in lower for name in _LOAD):
        found["user_agent.synthetic.type"] = "test"
    elif any(name in lower for name in _CRAWLERS):
        found["user_agent.synthetic.type"] = "bot"
    return found
