"""Secrets never leave in spans: whatever exports them gets them redacted, in the thread that exports.

A request pays nothing for this. A span that holds no secret is handed on as it is.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, TypeVar

from opentelemetry.sdk.trace import Event, ReadableSpan
from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult
from opentelemetry.trace import Link, SpanContext, Status, TraceState

from observability.redaction import is_secret_name, redact
from observability.secrets import REDACTED, hide

__all__ = ["RedactingExporter", "redacted_attributes", "redacted_span"]

T = TypeVar("T")


class RedactingExporter(SpanExporter):
    """Redacts names, attributes, events, links, states and trace states of what `exporter` sends."""

    def __init__(self, exporter: SpanExporter) -> None:
        self._exporter = exporter

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        """Send them redacted."""
        return self._exporter.export([redacted_span(span) for span in spans])

    def shutdown(self) -> None:
        """As the wrapped one."""
        self._exporter.shutdown()

    def force_flush(self, timeout_millis: int = 30_000) -> bool:
        """As the wrapped one."""
        return self._exporter.force_flush(timeout_millis)


def redacted_span(span: ReadableSpan) -> ReadableSpan:
    """`span` itself when it holds no secret, else a copy without it."""
    changed = {}
    for part, redacted in _PARTS.items():
        old = getattr(span, part)
        if old and (new := redacted(old)) is not old:
            changed[part] = new
    return _copy(span, changed) if changed else span


def redacted_attributes(attributes: Mapping[str, Any]) -> Mapping[str, Any]:
    """The same object when there is no secret in names and values."""
    changed = {}
    for name, value in attributes.items():
        new = REDACTED if is_secret_name(name) else _value(value)
        if new is not value or hide(name) is not name:
            changed[name] = new
    if not changed:
        return attributes
    return {hide(name): changed.get(name, value) for name, value in attributes.items()}


def _value(value: Any) -> Any:
    if type(value) is str:
        return hide(value)
    if isinstance(value, Sequence) and not isinstance(value, (str, bytes)):
        return value if all(_value(item) is item for item in value) else tuple(map(_value, value))
    new = redact(value)
    return value if new == value else new


def _each(redacted: Callable[[T], T], items: Sequence[T]) -> Sequence[T]:
    new = [redacted(item) for item in items]
    return items if all(a is b for a, b in zip(new, items, strict=True)) else new


def _event(event: Event) -> Event:
    old = event.attributes or {}
    name, attributes = hide(event.name), redacted_attributes(old)
    if name is event.name and attributes is old:
        return event
    return Event(name, attributes, event.timestamp)


def _link(link: Link) -> Link:
    old = link.attributes or {}
    context, attributes = _context(link.context), redacted_attributes(old)
    if context is link.context and attributes is old:
        return link
    return Link(context, attributes)


def _status(status: Status) -> Status:
    if not status.description or (text := hide(status.description)) is status.description:
        return status
    return Status(status.status_code, text)


def _context(context: SpanContext) -> SpanContext:
    """What a client wrote into `tracestate` goes with every span of its trace."""
    state = context.trace_state
    kept = [(key, value) for key, value in state.items() if hide(value) is value and not is_secret_name(key)]
    if len(kept) == len(state):
        return context
    return SpanContext(context.trace_id, context.span_id, context.is_remote, context.trace_flags, TraceState(kept))


_PARTS: Mapping[str, Callable[[Any], Any]] = {
    "name": hide,
    "context": _context,
    "attributes": redacted_attributes,
    "events": partial(_each, _event),
    "links": partial(_each, _link),
    "status": _status,
}


def _copy(span: ReadableSpan, changed: Mapping[str, Any]) -> ReadableSpan:
    parts = {
        "name": span.name,
        "context": span.context,
        "parent": span.parent,
        "resource": span.resource,
        "attributes": span.attributes,
        "events": span.events,
        "links": span.links,
        "kind": span.kind,
        "status": span.status,
        "start_time": span.start_time,
        "end_time": span.end_time,
        "instrumentation_scope": span.instrumentation_scope,
    }
    return ReadableSpan(**{**parts, **changed})
