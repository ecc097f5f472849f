"""Small helpers around spans. They need OpenTelemetry's API only, so what uses them does without its SDK."""

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from opentelemetry import trace
from opentelemetry.instrumentation.utils import suppress_instrumentation
from opentelemetry.trace import Link, SpanKind, StatusCode
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from observability.client_span import fail_by
from observability.exceptions import exception_attributes
from observability.names import own

__all__ = [
    "annotate",
    "annotate_enduser",
    "current_traceparent",
    "link_to",
    "record_error",
    "span_from",
    "untraced",
]

_RECORDED = "_is_recorded_in_a_span"
_stored = TraceContextTextMapPropagator()

untraced = suppress_instrumentation
"""Context manager: library calls inside make no spans (polling, health checks)."""


def annotate(**attributes: str | int | float | bool) -> None:
    """Set attributes of our own on the current span; `order_id=...` becomes the prefix and `order.id`."""
    span = trace.get_current_span()
    for name, value in attributes.items():
        span.set_attribute(own(name.replace("_", ".")), value)


def annotate_enduser(identifier: str) -> None:
    """Say on the current span who the verified caller is."""
    trace.get_current_span().set_attribute("enduser.id", identifier)


def record_error(span: trace.Span, error: BaseException) -> None:
    """Mark `span` as failed by `error`. Secrets in it are redacted when it is exported (span_redaction.py).

    The exception itself is recorded by the first span that it meets, and not again by those around it.
    """
    is_new = not error.__dict__.get(_RECORDED)
    details = exception_attributes(error, stacktrace=is_new)
    if is_new:
        error.__dict__[_RECORDED] = True
        span.add_event("exception", details)
    span.set_status(StatusCode.ERROR, details["exception.message"])
    span.set_attribute("error.type", details["exception.type"])


def current_traceparent() -> str:
    """The current span in W3C form, to be stored with work that is done later; empty outside of a trace."""
    carrier: dict[str, str] = {}
    _stored.inject(carrier)
    return carrier.get("traceparent", "")


def link_to(traceparent: str) -> None:
    """Link the current span to a stored one that is in another trace, so that one leads to the other."""
    stored = trace.get_current_span(_stored.extract({"traceparent": traceparent})).get_span_context()
    span = trace.get_current_span()
    if stored.is_valid and stored.trace_id != span.get_span_context().trace_id:
        span.add_link(stored)


@contextmanager
def span_from(
    tracer: trace.Tracer,
    traceparent: str,
    name: str,
    *,
    kind: SpanKind = SpanKind.INTERNAL,
    attributes: Mapping[str, Any] | None = None,
    link: bool = False,
) -> Iterator[trace.Span]:
    """A current span that is the child of a stored `traceparent`, and with `link` also linked to it."""
    context = _stored.extract({"traceparent": traceparent})
    parent = trace.get_current_span(context).get_span_context()
    links = [Link(parent)] if link and parent.is_valid else []
    with tracer.start_as_current_span(
        name,
        context=context,
        kind=kind,
        attributes=attributes,
        links=links,
        record_exception=False,
        set_status_on_exception=False,
    ) as span:
        try:
            yield span
        except Exception as error:
            record_error(span, error)
            raise
        except asyncio.CancelledError as error:
            fail_by(span, error)
            raise
