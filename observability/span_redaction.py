"""Secrets never leave in spans: whatever exports them gets them redacted, and first asks a cheap question.

Names of attributes are judged once, and most values are short, or were seen before and are known to be harmless.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any, TypeVar, cast

from opentelemetry.attributes import BoundedAttributes
from opentelemetry.sdk.trace import Event, ReadableSpan
from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult
from opentelemetry.trace import DEFAULT_TRACE_STATE, Link, SpanContext, Status, TraceState

from observability.redaction import is_secret_name, redact
from observability.secrets import LEAST_CARD, REDACTED, hide, known

__all__ = ["RedactingExporter", "outgoing", "redacted_attributes"]

T = TypeVar("T")


class RedactingExporter(SpanExporter):
    """Gives `exporter` what `outgoing` makes of spans. It must read no more of them, as those of OTLP do."""

    def __init__(self, exporter: SpanExporter) -> None:
        self._exporter = exporter

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        """Send them redacted."""
        return self._exporter.export([outgoing(span) for span in spans])

    def shutdown(self) -> None:
        """Do as the wrapped exporter does."""
        self._exporter.shutdown()

    def force_flush(self, timeout_millis: int = 30_000) -> bool:
        """Do as the wrapped exporter does."""
        return self._exporter.force_flush(timeout_millis)


class _Outgoing:
    """What is read of a span to send it, as plain attributes: reading them from the SDK's span costs more."""

    __slots__ = (
        *("name", "context", "parent", "resource", "attributes", "events", "links", "kind", "status"),
        *("start_time", "end_time", "instrumentation_scope"),
        *("dropped_attributes", "dropped_events", "dropped_links"),
    )
    context: SpanContext

    def get_span_context(self) -> SpanContext:
        """The SDK's encoder asks for it by this name."""
        return self.context


def outgoing(span: ReadableSpan) -> ReadableSpan:
    """What is sent of `span`: no secrets in names, attributes, events, links, status and trace states.

    It is no span of the SDK's class. The SDK's own fields are read: its properties copy, and take locks.
    """
    own = span.__dict__
    sent: Any = _Outgoing()
    sent.name = hide(own["_name"])
    sent.context = _context(own["_context"])
    parent = own["_parent"]
    sent.parent = parent and _context(parent)
    attributes, events, links = own["_attributes"], own["_events"], own["_links"]
    if type(attributes) is BoundedAttributes:
        sent.attributes = redacted_attributes(attributes._dict)
        sent.dropped_attributes = attributes.dropped
    else:
        sent.attributes = redacted_attributes(attributes or {})
        sent.dropped_attributes = 0
    sent.events = _each(_event, tuple(events)) if events else ()
    sent.links = _each(_link, tuple(links)) if links else ()
    sent.dropped_events, sent.dropped_links = span.dropped_events, span.dropped_links
    status = own["_status"]
    sent.status = _status(status) if status.description else status
    sent.kind = own["_kind"]
    sent.resource = own["_resource"]
    sent.start_time, sent.end_time = own["_start_time"], own["_end_time"]
    sent.instrumentation_scope = own["_instrumentation_scope"]
    return cast(ReadableSpan, sent)


def redacted_attributes(attributes: Mapping[str, Any]) -> Mapping[str, Any]:
    """The attributes without secrets; the same object when there is none in names and values."""
    for name, value in attributes.items():
        kind = type(value)
        if kind is str:
            harmless = value in known or hide(value) is value
        else:
            harmless = (kind is int and value < LEAST_CARD) or _value(value) is value
        if not (harmless and _is_plain(name)):
            return {hide(n): REDACTED if is_secret_name(n) else _value(v) for n, v in attributes.items()}
    return attributes


@lru_cache(maxsize=2048)
def _is_plain(name: str) -> bool:
    """Whether neither the name holds a secret, nor says that its value is one."""
    return not is_secret_name(name) and hide(name) is name


def _value(value: Any) -> Any:
    if type(value) is str:
        return hide(value)
    if type(value) is int and value < LEAST_CARD:
        return value
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
    if state is DEFAULT_TRACE_STATE or not state:
        return context
    others = [(key, value) for key, value in state.items() if hide(value) is value and not is_secret_name(key)]
    if len(others) == len(state):
        return context
    return SpanContext(
        context.trace_id, context.span_id, context.is_remote, context.trace_flags, TraceState(others)
    )
