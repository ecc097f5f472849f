"""One export request to rows."""

import hashlib
import sqlite3

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import ResourceSpans, ScopeSpans, Span, Status

from deploy.native.tracebox.redact import redact_request
from deploy.native.tracebox.schema import INDEXED
from deploy.native.tracebox.values import as_string, pairs, span_pairs

_LARGEST = 2**63 - 1  # SQLite's integers


def insert_request(db: sqlite3.Connection, request: ExportTraceServiceRequest) -> int:
    """Insert the spans that are not there yet, without secrets, and give their number."""
    redact_request(request)
    return sum(
        _insert_scope(db, resource_spans, scope_spans)
        for resource_spans in request.resource_spans
        for scope_spans in resource_spans.scope_spans
    )


def _insert_scope(db: sqlite3.Connection, resource_spans: ResourceSpans, scope_spans: ScopeSpans) -> int:
    service = _service_name(resource_spans)
    frame = _frame(resource_spans, scope_spans)
    shared = {pair for pair in pairs(resource_spans.resource.attributes) if pair[0] in INDEXED}
    shared |= {pair for pair in pairs(scope_spans.scope.attributes) if pair[0] in INDEXED}
    origins: dict[tuple[str, int], int] = {}
    stored = 0
    for span in scope_spans.spans:
        operation = (span.name, span.kind)
        if operation not in origins:
            origins[operation] = _origin(db, service, span, frame)
        stored += _insert_span(db, span, origins[operation], shared)
    return stored


def _insert_span(db: sqlite3.Connection, span: Span, origin: int, shared: set[tuple[str, str]]) -> int:
    db.execute("INSERT OR IGNORE INTO trace (trace_id, spans) VALUES (?, 0)", (span.trace_id,))
    [trace] = db.execute("SELECT id FROM trace WHERE trace_id = ?", (span.trace_id,)).fetchone()
    start = min(span.start_time_unix_nano, _LARGEST)
    row = db.execute(
        "INSERT OR IGNORE INTO span (trace, span_id, root, origin, start, duration, error, data) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            trace,
            span.span_id,
            not span.parent_span_id,
            origin,
            start,
            max(0, min(span.end_time_unix_nano, _LARGEST) - start),
            span.status.code == Status.STATUS_CODE_ERROR,
            span.SerializeToString(),
        ),
    )
    if not row.rowcount:  # a client that heard no answer sent it again
        return 0
    db.execute("UPDATE trace SET spans = spans + 1 WHERE id = ?", (trace,))
    found = {pair for pair in span_pairs(span) if pair[0] in INDEXED} | shared
    db.executemany("INSERT INTO attribute VALUES (?, ?, ?)", ((*pair, row.lastrowid) for pair in found))
    return 1


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
