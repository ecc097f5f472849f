"""Turns one export request into rows."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterable
from typing import NamedTuple

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import KeyValue
from opentelemetry.proto.trace.v1.trace_pb2 import ResourceSpans, ScopeSpans, Span, Status

from jaeger.tracebox.redact import redact_request
from jaeger.tracebox.schema import INDEXED
from jaeger.tracebox.values import as_string, pairs, span_attributes

MAX_TRACE_SPANS, MAX_TRACE_BYTES = 256, 1024 * 1024  # that browsers may add to one trace
_LARGEST = 2**63 - 1  # SQLite's integers
_OVERHEAD = 300  # bytes of rows and indexes beside the span itself


class Stored(NamedTuple):
    """What a request added."""

    spans: int = 0
    browser_spans: int = 0
    browser_bytes: int = 0
    over: int = 0  # spans of browsers that were left out, over the share of their trace

    def and_then(self, other: Stored) -> Stored:
        """The sum of both."""
        return Stored(*(mine + theirs for mine, theirs in zip(self, other, strict=True)))


def insert_request(
    db: sqlite3.Connection, request: ExportTraceServiceRequest, *, from_browser: bool = False
) -> Stored:
    """Insert the spans that are not there yet, without secrets, and say how much that was."""
    redact_request(request)
    stored = Stored()
    for resource_spans in request.resource_spans:
        for scope_spans in resource_spans.scope_spans:
            stored = stored.and_then(_insert_scope(db, resource_spans, scope_spans, from_browser))
    return stored


def _insert_scope(
    db: sqlite3.Connection, resource_spans: ResourceSpans, scope_spans: ScopeSpans, from_browser: bool
) -> Stored:
    service = _service_name(resource_spans)
    frame = _frame(resource_spans, scope_spans)
    shared = _indexed(resource_spans.resource.attributes) | _indexed(scope_spans.scope.attributes)
    origins: dict[tuple[str, int], int] = {}
    stored = Stored()
    for span in scope_spans.spans:
        operation = (span.name, span.kind)
        if operation not in origins:
            origins[operation] = _origin(db, service, span, frame)
        row, new = (_insert_browser_span if from_browser else _insert_service_span)(db, span, origins[operation])
        stored = stored.and_then(new)
        if row:
            found = _indexed(span_attributes(span)) | shared
            db.executemany("INSERT INTO attribute VALUES (?, ?, ?)", ((*pair, row) for pair in found))
    return stored


def _insert_service_span(db: sqlite3.Connection, span: Span, origin: int) -> tuple[int, Stored]:
    """Insert a span of ours, and give its row."""
    row = _insert_span(db, span, origin)
    return row, Stored(1) if row else Stored()


def _insert_browser_span(db: sqlite3.Connection, span: Span, origin: int) -> tuple[int, Stored]:
    """Insert a span that nobody vouches for, not over its trace's share, and give its row."""
    size = span.ByteSize() + _OVERHEAD
    used = db.execute(
        "SELECT browser_spans, browser_bytes FROM trace WHERE trace_id = ?", (span.trace_id,)
    ).fetchone()
    if used and (used[0] >= MAX_TRACE_SPANS or used[1] + size > MAX_TRACE_BYTES):
        return 0, Stored(over=1)
    row = _insert_span(db, span, origin, browser_bytes=size)
    if not row:
        return 0, Stored()
    db.execute(
        "UPDATE trace SET browser_spans = browser_spans + 1, browser_bytes = browser_bytes + ? WHERE trace_id = ?",
        (size, span.trace_id),
    )
    return row, Stored(1, 1, size)


def _indexed(attributes: Iterable[KeyValue]) -> set[tuple[str, str]]:
    return set(pairs(item for item in attributes if item.key in INDEXED))


def _insert_span(db: sqlite3.Connection, span: Span, origin: int, browser_bytes: int = 0) -> int:
    """Insert one span and give its row, or 0 where it is there already."""
    db.execute("INSERT OR IGNORE INTO trace (trace_id, spans) VALUES (?, 0)", (span.trace_id,))
    [trace] = db.execute("SELECT id FROM trace WHERE trace_id = ?", (span.trace_id,)).fetchone()
    start = min(span.start_time_unix_nano, _LARGEST)
    row = db.execute(
        "INSERT OR IGNORE INTO span (trace, span_id, root, origin, start, duration, error, data, browser_bytes) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            trace,
            span.span_id,
            not span.parent_span_id,
            origin,
            start,
            max(0, min(span.end_time_unix_nano, _LARGEST) - start),
            span.status.code == Status.STATUS_CODE_ERROR,
            span.SerializeToString(),
            browser_bytes,
        ),
    )
    if not row.rowcount:  # a client that heard no answer sent it again
        return 0
    db.execute("UPDATE trace SET spans = spans + 1 WHERE id = ?", (trace,))
    return row.lastrowid or 0


def _origin(db: sqlite3.Connection, service: str, span: Span, frame: bytes) -> int:
    key = hashlib.sha256(b"%d\0%s\0%s" % (span.kind, span.name.encode(), frame)).digest()[:16]
    db.execute(
        "INSERT OR IGNORE INTO origin (key, service, name, kind, frame) VALUES (?, ?, ?, ?, ?)",
        (key, service, span.name, span.kind, frame),
    )
    [origin] = db.execute("SELECT id FROM origin WHERE key = ?", (key,)).fetchone()
    return int(origin)


def _service_name(resource_spans: ResourceSpans) -> str:
    """Find the service; like Jaeger, name it where it has no name."""
    attributes = resource_spans.resource.attributes
    item = next((item for item in attributes if item.key == "service.name"), None)
    name = as_string(item.value) or "empty-service-name" if item else "missing-service-name"
    item = item or attributes.add(key="service.name")
    item.value.string_value = name
    return name


def _frame(resource_spans: ResourceSpans, scope_spans: ScopeSpans) -> bytes:
    scope = ScopeSpans(scope=scope_spans.scope, schema_url=scope_spans.schema_url)
    frame: bytes = ResourceSpans(
        resource=resource_spans.resource, scope_spans=[scope], schema_url=resource_spans.schema_url
    ).SerializeToString()
    return frame
