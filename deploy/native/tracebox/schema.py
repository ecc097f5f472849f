"""The database: traces own spans, spans own their searchable attributes."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

# Looked up by an index; any other attribute is found by reading the spans of the time range.
INDEXED = frozenset({"request.id", "enduser.id", "order.id", "payment.id", "product.id", "messaging.message.id"})

_TABLES = """
CREATE TABLE IF NOT EXISTS trace (      -- ids rise in order of arrival
    id INTEGER PRIMARY KEY, trace_id BLOB NOT NULL UNIQUE, spans INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS origin (     -- what many spans have in common
    id INTEGER PRIMARY KEY, key BLOB NOT NULL UNIQUE, service TEXT NOT NULL, name TEXT NOT NULL,
    kind INTEGER NOT NULL,
    frame BLOB NOT NULL);               -- ResourceSpans with one ScopeSpans and no spans
CREATE INDEX IF NOT EXISTS origin_service ON origin (service, name, kind);
CREATE TABLE IF NOT EXISTS span (
    id INTEGER PRIMARY KEY,
    trace INTEGER NOT NULL REFERENCES trace ON DELETE CASCADE,
    span_id BLOB NOT NULL, root INTEGER NOT NULL,
    origin INTEGER NOT NULL REFERENCES origin,
    start INTEGER NOT NULL, duration INTEGER NOT NULL,      -- nanoseconds
    error INTEGER NOT NULL,
    data BLOB NOT NULL,                 -- the Span message
    UNIQUE (trace, span_id));
CREATE INDEX IF NOT EXISTS span_start ON span (start);
CREATE INDEX IF NOT EXISTS span_origin ON span (origin);
CREATE TABLE IF NOT EXISTS attribute (
    key TEXT NOT NULL, value TEXT NOT NULL, span INTEGER NOT NULL REFERENCES span ON DELETE CASCADE,
    PRIMARY KEY (key, value, span)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS attribute_span ON attribute (span);
"""


def open_for_writing(path: Path) -> sqlite3.Connection:
    """Open the one writing connection, and make the tables where they are missing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    for pragma in ("journal_mode = WAL", "synchronous = NORMAL", "foreign_keys = ON"):
        db.execute(f"PRAGMA {pragma}")
    db.execute("PRAGMA journal_size_limit = 16777216")
    db.executescript(_TABLES)
    return db


@contextmanager
def reading(path: Path) -> Iterator[sqlite3.Connection]:
    """Open a connection that cannot write, for one query in one thread."""
    db = sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True, isolation_level=None, check_same_thread=False)
    try:
        yield db
    finally:
        db.close()
