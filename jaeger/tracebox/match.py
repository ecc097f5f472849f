"""Attributes that no index answers, compared span by span as Jaeger compares them."""

from collections.abc import Mapping
from functools import lru_cache

from opentelemetry.proto.trace.v1.trace_pb2 import Status

from jaeger.spans import kind_name
from jaeger.tracebox.jsonform import read_frame, read_span
from jaeger.tracebox.values import pairs, span_pairs

_STATUS = {"OK": Status.STATUS_CODE_OK, "ERROR": Status.STATUS_CODE_ERROR}
_TRUE = {"1", "t", "T", "true", "TRUE", "True"}


def matches(attributes: Mapping[str, str], data: bytes, frame: bytes) -> bool:
    """Tell whether a span has all these attributes, itself or from its events, links, scope or resource."""
    span = read_span(data)
    if span is None:
        return False
    resource, scope = _shared(frame)
    own: set[tuple[str, str]] | None = None
    for key, value in attributes.items():
        match key:
            case "error":
                wanted = "ERROR" if value in _TRUE else "OK"
                found = span.status.code == _STATUS[wanted]
            case "span.status":
                found = span.status.code == _STATUS.get(value.upper(), Status.STATUS_CODE_UNSET)
            case "span.kind":
                found = (kind_name(span.kind) or "unspecified") == value.lower()
            case _ if key.startswith("resource."):
                found = (key.removeprefix("resource."), value) in resource
            case _:
                own = set(span_pairs(span)) if own is None else own
                found = (key, value) in own or (key, value) in scope or (key, value) in resource
        if not found:
            return False
    return True


@lru_cache(maxsize=64)
def _shared(frame: bytes) -> tuple[frozenset[tuple[str, str]], frozenset[tuple[str, str]]]:
    message = read_frame(frame)
    scope = message.scope_spans[0].scope
    named = {("scope.name", scope.name), ("scope.version", scope.version)}
    return frozenset(pairs(message.resource.attributes)), frozenset(pairs(scope.attributes)) | named
