"""Stored spans as Jaeger's OTLP JSON: ids in hex, kinds as numbers, 64-bit integers as text."""

import base64
import sqlite3
from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter
from typing import Any

from google.protobuf import json_format  # type: ignore[import-untyped]
from google.protobuf.message import DecodeError  # type: ignore[import-untyped]
from opentelemetry.proto.trace.v1.trace_pb2 import ResourceSpans, Span

_CHUNK = 500  # spans that are in memory at once
_ID_KEYS = ("traceId", "spanId", "parentSpanId")


def resource_spans(db: sqlite3.Connection, trace: int) -> Iterator[dict[str, Any]]:
    """Give a trace as objects of `resourceSpans`, a part of it at a time."""
    rows = db.execute(
        "SELECT origin.frame, span.data FROM span JOIN origin ON origin.id = span.origin "
        "WHERE span.trace = ? ORDER BY span.start",
        (trace,),
    )
    while chunk := rows.fetchmany(_CHUNK):
        chunk.sort(key=itemgetter(0))
        for frame, members in groupby(chunk, key=itemgetter(0)):
            yield _to_json(frame, [data for _, data in members])


def _to_json(frame: bytes, spans: list[bytes]) -> dict[str, Any]:
    message = read_frame(frame)
    scope_spans = message.scope_spans[0]
    scope_spans.spans.extend(span for span in map(read_span, spans) if span)
    document: dict[str, Any] = json_format.MessageToDict(message, use_integers_for_enums=True)
    document.setdefault("resource", {})
    for scope in document["scopeSpans"]:
        scope.setdefault("scope", {})
        for span in scope.setdefault("spans", []):
            span.setdefault("status", {})
            _ids_to_hex(span)
            for link in span.get("links", ()):
                _ids_to_hex(link)
    return document


def read_frame(frame: bytes) -> ResourceSpans:
    """What spans have in common; of a row that was damaged nothing is left but its form."""
    try:
        message: ResourceSpans = ResourceSpans.FromString(frame)
    except DecodeError:
        message = ResourceSpans()
    if not message.scope_spans:
        message.scope_spans.add()
    return message


def read_span(data: bytes) -> Span | None:
    """A stored span, or nothing where its row was damaged."""
    try:
        span: Span = Span.FromString(data)
    except DecodeError:
        return None
    return span


def _ids_to_hex(item: dict[str, Any]) -> None:
    for key in _ID_KEYS:
        if key in item:
            item[key] = base64.b64decode(item[key]).hex()
