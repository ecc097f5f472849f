"""The database: traces own spans, spans own their searchable attributes."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

# Looked up by an index; any other attribute is found by reading the spans of the time range.
INDEXED = frozenset(
    {
        *("shop.request.id", "shop.order.id", "shop.payment.id", "shop.product.id"),
        *("enduser.id", "messaging.message.id"),
    }
)

_VERSION = 1
_TABLES = """
CREATE TABLE IF NOT EXISTS trace (      -- ids rise in order of arrival
    id INTEGER PRIMARY KEY, trace_id BLOB NOT NULL UNIQUE, spans INTEGER NOT NULL,
    browser_spans INTEGER NOT NULL DEFAULT 0, browser_bytes INTEGER NOT NULL DEFAULT 0);    -- of these
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
    browser_bytes INTEGER NOT NULL DEFAULT 0,               -- what it takes of the browsers' share
    UNIQUE (trace, span_id));
CREATE INDEX IF NOT EXISTS span_start ON span (start);
CREATE INDEX IF NOT EXISTS span_origin ON span (origin);
CREATE INDEX IF NOT EXISTS span_browser ON span (id) WHERE browser_bytes > 0;
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
    if db.execute("PRAGMA user_version").fetchone()[0] < _VERSION:  # made before spans of browsers had a share
        for table in ("attribute", "span", "origin", "trace"):
            db.execute(f"DROP TABLE IF EXISTS {table}")
        db.execute(f"PRAGMA user_version = {_VERSION}")
    db.executescript(_TABLES)
    return db


@contextmanager
def reading(path: Path) -> Iterator[sqlite3.Connection]:
    """Open a connection that cannot write, for one query in one thread; it sees the store as it is now."""
    db = sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True, isolation_level=None, check_same_thread=False)
    try:
        db.execute("BEGIN")
        yield db
    finally:
        db.close()
