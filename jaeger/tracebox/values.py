"""Attribute values as the strings that a search compares."""

import base64
import json
from collections.abc import Iterable, Iterator
from typing import Any

from opentelemetry.proto.common.v1.common_pb2 import AnyValue, KeyValue
from opentelemetry.proto.trace.v1.trace_pb2 import Span


def as_string(value: AnyValue) -> str:
    """Write a value the way Jaeger does: `true`, `5`, `0.5`, JSON for lists and maps."""
    plain = _plain(value)
    if isinstance(plain, str):
        return plain
    return json.dumps(plain, separators=(",", ":"), ensure_ascii=False)


def pairs(attributes: Iterable[KeyValue]) -> Iterator[tuple[str, str]]:
    """Give key and string of each attribute."""
    return ((item.key, as_string(item.value)) for item in attributes)


def span_attributes(span: Span) -> Iterator[KeyValue]:
    """Give the attributes of a span, its events and its links."""
    yield from span.attributes
    for event in span.events:
        yield from event.attributes
    for link in span.links:
        yield from link.attributes


def span_pairs(span: Span) -> Iterator[tuple[str, str]]:
    """Give key and string of each of them."""
    return pairs(span_attributes(span))


def _plain(value: AnyValue) -> Any:
    match value.WhichOneof("value"):
        case "array_value":
            return [_plain(item) for item in value.array_value.values]
        case "kvlist_value":
            return {item.key: _plain(item.value) for item in value.kvlist_value.values}
        case "bytes_value":
            return base64.b64encode(value.bytes_value).decode()
        case "double_value":
            number = value.double_value
            return int(number) if number.is_integer() and abs(number) < 1e21 else number
        case None:
            return ""
        case kind:
            return getattr(value, kind)
