"""What goes when the store is full: the oldest traces for services, the oldest spans for browsers."""

import sqlite3

from jaeger.tracebox.insert import Stored


def held(db: sqlite3.Connection) -> Stored:
    """What is in the store."""
    row = db.execute(
        "SELECT COALESCE(SUM(spans), 0), COALESCE(SUM(browser_spans), 0), COALESCE(SUM(browser_bytes), 0) "
        "FROM trace"
    ).fetchone()
    return Stored(*row)


def oldest_traces(db: sqlite3.Connection, surplus: int) -> None:
    """Delete the oldest traces until so many spans of services are gone."""
    gone = last = 0
    for trace, spans in db.execute("SELECT id, spans - browser_spans FROM trace ORDER BY id"):
        last, gone = trace, gone + spans
        if gone >= surplus:
            break
    db.execute("DELETE FROM trace WHERE id <= ?", (last,))
    _delete_unused_origins(db)


def oldest_of_browsers(db: sqlite3.Connection, surplus: int) -> None:
    """Delete the oldest spans of browsers until so many bytes are gone; what services sent stays."""
    gone = last = 0
    touched: set[tuple[int]] = set()
    for span, trace, size in db.execute(
        "SELECT id, trace, browser_bytes FROM span WHERE browser_bytes > 0 ORDER BY id"
    ):
        last, gone = span, gone + size
        touched.add((trace,))
        if gone >= surplus:
            break
    db.execute("DELETE FROM span WHERE browser_bytes > 0 AND id <= ?", (last,))
    db.executemany(
        "UPDATE trace SET (spans, browser_spans, browser_bytes) = "
        "(SELECT COUNT(*), COALESCE(SUM(browser_bytes > 0), 0), COALESCE(SUM(browser_bytes), 0) "
        "FROM span WHERE span.trace = trace.id) WHERE id = ?",
        touched,
    )
    db.executemany("DELETE FROM trace WHERE id = ? AND spans = 0", touched)
    _delete_unused_origins(db)


def _delete_unused_origins(db: sqlite3.Connection) -> None:
    db.execute("DELETE FROM origin WHERE NOT EXISTS (SELECT 1 FROM span WHERE span.origin = origin.id)")
