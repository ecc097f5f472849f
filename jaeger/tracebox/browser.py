"""Spans of browsers: from anybody, so they are bounded, and bear the browser's name whatever they claim."""

import time
from collections.abc import Iterable

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, InstrumentationScope, KeyValue
from opentelemetry.proto.trace.v1.trace_pb2 import ResourceSpans, ScopeSpans, Span

from jaeger.spans import BROWSER, ORIGIN

MAX_SPANS = 128  # of a request; the pages send 32
MAX_SPAN_BYTES = 16 * 1024

_NAME, _KEY, _TEXT = 128, 64, 5000  # characters; the pages cut their values at 5000
_ATTRIBUTES, _EVENTS, _LINKS, _MEMBERS = 32, 32, 8, 16
_EARLIEST, _LATEST = 24 * 3600 * 10**9, 3600 * 10**9  # before and after now: clocks of customers are wrong
_KINDS = (Span.SPAN_KIND_INTERNAL, Span.SPAN_KIND_CLIENT)  # a browser serves nobody and consumes no queue
_RESOURCE = frozenset({"service.version", "session.id", "user_agent.original"})
_RESOURCE_PREFIXES = ("telemetry.sdk.", "browser.")


def bounded(request: ExportTraceServiceRequest) -> tuple[ExportTraceServiceRequest, int]:
    """What is kept of a request, and the number of spans that are not."""
    now = time.time_ns()
    copy, refused, room = ExportTraceServiceRequest(), 0, MAX_SPANS
    for resource_spans in request.resource_spans:
        resource = copy.resource_spans.add()
        _copy_resource(resource_spans, resource)
        for scope_spans in resource_spans.scope_spans:
            scope = resource.scope_spans.add()
            _copy_scope(scope_spans.scope, scope)
            for span in scope_spans.spans:
                if room and _copy_span(span, scope, now):
                    room -= 1
                else:
                    refused += 1
    return copy, refused


def _copy_resource(given: ResourceSpans, copy: ResourceSpans) -> None:
    known = (
        item
        for item in given.resource.attributes
        if item.key in _RESOURCE or item.key.startswith(_RESOURCE_PREFIXES)
    )
    own = {"service.name": BROWSER, "service.namespace": "glasshouse", ORIGIN: "browser"}
    for key, value in own.items():
        copy.resource.attributes.add(key=key).value.string_value = value
    copy.resource.attributes.extend(_attributes(known, _NAME))


def _copy_scope(given: InstrumentationScope, copy: ScopeSpans) -> None:
    copy.scope.name, copy.scope.version = given.name[:_KEY], given.version[:_KEY]


def _copy_span(given: Span, scope: ScopeSpans, now: int) -> bool:
    """Add what may be kept of a span; whether it was added."""
    start = given.start_time_unix_nano
    if not (any(given.trace_id) and any(given.span_id) and now - _EARLIEST < start < now + _LATEST):
        return False
    span = Span(
        trace_id=given.trace_id,
        span_id=given.span_id,
        parent_span_id=given.parent_span_id if len(given.parent_span_id) == 8 else b"",
        name=given.name[:_NAME],
        kind=given.kind if given.kind in _KINDS else Span.SPAN_KIND_INTERNAL,
        start_time_unix_nano=start,
        end_time_unix_nano=min(max(start, given.end_time_unix_nano), start + _EARLIEST),
        attributes=_attributes(given.attributes, _TEXT),
    )
    for event in given.events[:_EVENTS]:
        when = min(max(event.time_unix_nano, start - _EARLIEST), start + _EARLIEST)
        attributes = _attributes(event.attributes, _TEXT)
        span.events.add(time_unix_nano=when, name=event.name[:_NAME], attributes=attributes)
    for link in given.links[:_LINKS]:
        if len(link.trace_id) == 16 and len(link.span_id) == 8:
            span.links.add(trace_id=link.trace_id, span_id=link.span_id)
    span.status.code, span.status.message = given.status.code, given.status.message[:_NAME]
    if span.ByteSize() > MAX_SPAN_BYTES:
        return False
    scope.spans.append(span)
    return True


def _attributes(given: Iterable[KeyValue], longest: int) -> list[KeyValue]:
    copy: dict[str, KeyValue] = {}
    for item in given:
        value = _value(item.value, longest)
        if value is not None and 0 < len(item.key) <= _KEY and item.key not in copy:
            copy[item.key] = KeyValue(key=item.key, value=value)
        if len(copy) == _ATTRIBUTES:
            break
    return list(copy.values())


def _value(value: AnyValue, longest: int) -> AnyValue | None:
    """A scalar or a list of scalars, cut where it is long; nothing for what is nested or unreadable."""
    match value.WhichOneof("value"):
        case "string_value":
            return AnyValue(string_value=value.string_value[:longest])
        case "bool_value" | "int_value" | "double_value":
            return value
        case "array_value":
            members = (
                _value(member, _NAME)
                for member in value.array_value.values[:_MEMBERS]
                if member.WhichOneof("value") != "array_value"
            )
            copy = AnyValue()
            copy.array_value.values.extend(member for member in members if member is not None)
            return copy
        case _:
            return None
