"""Secrets that come in spans: those of browsers are anybody's words. The services' own come redacted already.

Done before a span is stored and indexed, by the thread that writes.
"""

from collections.abc import Iterable

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, KeyValue
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from observability.redaction import is_secret_name, looks_secret
from observability.secrets import LEAST_CARD, REDACTED, hide

__all__ = ["redact_request"]


def redact_request(request: ExportTraceServiceRequest) -> None:
    """Take what looks like a secret, or is called like one, out of every text of every span."""
    for resource_spans in request.resource_spans:
        _attributes(resource_spans.resource.attributes)
        for scope_spans in resource_spans.scope_spans:
            _texts(scope_spans.scope, "name", "version")
            _attributes(scope_spans.scope.attributes)
            for span in scope_spans.spans:
                _span(span)


def _span(span: Span) -> None:
    _texts(span, "name", "trace_state")
    _texts(span.status, "message")
    _attributes(span.attributes)
    for event in span.events:
        _texts(event, "name")
        _attributes(event.attributes)
    for link in span.links:
        _texts(link, "trace_state")
        _attributes(link.attributes)


def _attributes(items: Iterable[KeyValue]) -> None:
    for item in items:
        if is_secret_name(item.key):
            item.value.string_value = REDACTED
        else:
            _value(item.value)
        _texts(item, "key")


def _value(value: AnyValue) -> None:
    match value.WhichOneof("value"):
        case "string_value":
            _texts(value, "string_value")
        case "int_value":
            if value.int_value >= LEAST_CARD and looks_secret(str(value.int_value)):
                value.string_value = REDACTED
        case "bytes_value":
            if looks_secret(value.bytes_value.decode("utf-8", "replace")):
                value.string_value = REDACTED
        case "array_value":
            for item in value.array_value.values:
                _value(item)
        case "kvlist_value":
            _attributes(value.kvlist_value.values)


def _texts(message: object, *fields: str) -> None:
    for name in fields:
        text = getattr(message, name)
        if (redacted := hide(text)) is not text:
            setattr(message, name, redacted)
