"""The span of a call to a server: a database, or another service.

It is not made current: nothing inside of such a call makes spans. It says what failed, but not where: the
exception is recorded by the span whose work it ends, if it ends any, so that it is recorded once.
"""

from collections.abc import Mapping
from typing import Any

from opentelemetry import trace
from opentelemetry.instrumentation.utils import is_instrumentation_enabled
from opentelemetry.trace import INVALID_SPAN, SpanKind, StatusCode

from observability.metrics import error_type

__all__ = ["address_of", "fail", "fail_by", "start"]


def address_of(host: str | None, port: int | None) -> dict[str, Any]:
    """`server.address` and `server.port`, as far as they are known."""
    found: dict[str, Any] = {}
    if host:
        found["server.address"] = host
        if port:
            found["server.port"] = port
    return found


def start(tracer: trace.Tracer, name: str, attributes: Mapping[str, Any]) -> trace.Span:
    """A CLIENT span that is a child of the current one; one that records nothing inside of `untraced()`."""
    if not is_instrumentation_enabled():
        return INVALID_SPAN
    return tracer.start_span(name, kind=SpanKind.CLIENT, attributes=attributes)


def fail(span: trace.Span, kind: str, message: str | None = None) -> None:
    """Mark `span` as failed. kind: its `error.type`."""
    span.set_attribute("error.type", kind)
    span.set_status(StatusCode.ERROR, message)


def fail_by(span: trace.Span, error: BaseException) -> str:
    """Mark `span` as failed by `error`, with its first line: others repeat what a statement was to store.

    Returns the `error.type`. It is empty for a caller that gives up, and then the span stays as it is.
    """
    if kind := error_type(error):
        fail(span, kind, str(error).partition("\n")[0])
    return kind
