"""Questions to the database."""

import sqlite3

from jaeger.spans import BROWSER, kind_name
from jaeger.tracebox.match import matches
from jaeger.tracebox.params import Query
from jaeger.tracebox.schema import INDEXED

_MOST_OPERATIONS = 1000  # a browser may name its spans as it likes


def services(db: sqlite3.Connection) -> list[str]:
    """Names of all services."""
    return [name for (name,) in db.execute("SELECT DISTINCT service FROM origin ORDER BY service")]


def operations(db: sqlite3.Connection, service: str, kind: str = "") -> list[tuple[str, str]]:
    """Names and kinds of the spans of a service."""
    rows = db.execute(
        "SELECT DISTINCT name, kind FROM origin WHERE service = ? ORDER BY name, kind LIMIT ?",
        (service, _MOST_OPERATIONS),
    )
    named = [(name, kind_name(number)) for name, number in rows]
    return [(name, found or "internal") for name, found in named if kind in ("", found)]


def trace_row(db: sqlite3.Connection, trace_id: bytes) -> int | None:
    """The row id of a trace that has spans."""
    row = db.execute(
        "SELECT id FROM trace WHERE trace_id = ? AND EXISTS (SELECT 1 FROM span WHERE span.trace = trace.id)",
        (trace_id,),
    ).fetchone()
    return row[0] if row else None


def find_traces(db: sqlite3.Connection, query: Query) -> list[int]:
    """Row ids of the traces with a span that meets the whole query, newest first."""
    indexed = [(key, value) for key, value in query.attributes.items() if key in INDEXED]
    others = {key: value for key, value in query.attributes.items() if key not in INDEXED}
    source = "attribute CROSS JOIN span ON span.id = attribute.span" if indexed else "span"
    conditions = ["span.start BETWEEN ? AND ?"]
    values: list[object] = [query.start_min, query.start_max]
    if indexed:
        conditions.append("attribute.key = ? AND attribute.value = ?")
        values += indexed[0]
        if query.service != BROWSER:  # what anybody may claim is found only where it is asked for
            conditions.append("span.browser_bytes = 0")
    for pair in indexed[1:]:
        conditions.append("span.id IN (SELECT span FROM attribute WHERE key = ? AND value = ?)")
        values += pair
    for condition, value in (
        ("origin.service = ?", query.service or None),
        ("origin.name = ?", query.operation or None),
        ("span.duration >= ?", query.duration_min),
        ("span.duration <= ?", query.duration_max),
    ):
        if value is not None:
            conditions.append(condition)
            values.append(value)
    rows = db.execute(
        f"SELECT span.trace, span.data, origin.frame FROM {source} CROSS JOIN origin "  # noqa: S608 (constants)
        f"ON origin.id = span.origin WHERE {' AND '.join(conditions)} ORDER BY span.start DESC",
        values,
    )
    found: dict[int, None] = {}
    for trace, data, frame in rows:
        if trace not in found and (not others or matches(others, data, frame)):
            found[trace] = None
            if len(found) == query.depth:
                break
    return list(found)
