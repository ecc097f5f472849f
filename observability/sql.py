"""SQLAlchemy: a span and a duration for each statement, and the state of the pool."""

import re
import time
from functools import lru_cache
from typing import Any

from opentelemetry import trace
from opentelemetry.instrumentation.sqlalchemy import engine as instrumentation
from opentelemetry.metrics import NoOpMeter
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.pool import QueuePool

from observability.metrics import (
    OTHER,
    Children,
    db_connections,
    db_connections_max,
    db_duration,
    error_type,
    exemplar,
)
from observability.tracing import record_error

__all__ = ["instrument_sqlalchemy"]

_OPERATIONS = {"SELECT", "INSERT", "UPDATE", "DELETE", "WITH"}
_durations = Children(db_duration)
# FROM stands also before functions, and in EXTRACT(epoch FROM now()).
_TABLE = re.compile(r"\b(?:FROM\s+(?!\w+\s*\()|INTO\s+|UPDATE\s+|NOTIFY\s+)(\w+)", re.IGNORECASE)


def instrument_sqlalchemy(engine: AsyncEngine, pool: str) -> None:
    """Trace and measure `engine`; `pool` names it in `db_client_connection_count`."""
    system = engine.dialect.name
    sync = engine.sync_engine
    # Not SQLAlchemyInstrumentor: it traces the first engine of a process only, patches SQLAlchemy for all, and
    # makes a span for taking a connection from the pool, which says nothing and costs like any.
    meter = NoOpMeter("").create_up_down_counter("unused")
    instrumentation.EngineTracer(trace.get_tracer("observability"), sync, meter)  # type: ignore[no-untyped-call]
    # It writes the database's own words into spans, which may repeat what the statement was to store.
    event.remove(sync, "handle_error", instrumentation._handle_error)

    @event.listens_for(sync, "before_cursor_execute")
    def begin(_conn: Any, _cur: Any, sql: str, _params: Any, context: Any, _many: bool) -> None:
        span = getattr(context, "_otel_span", None)
        if span is not None:
            _name(span, sql, pool)
        context.observability_started = time.perf_counter()

    @event.listens_for(sync, "after_cursor_execute")
    def end(_conn: Any, _cur: Any, sql: str, _params: Any, context: Any, _many: bool) -> None:
        _observe(system, sql, context)

    @event.listens_for(sync, "handle_error")
    def failed(context: Any) -> None:
        if context.execution_context is None:
            return
        if context.statement:
            _observe(system, context.statement, context.execution_context, context.original_exception)
        span = getattr(context.execution_context, "_otel_span", None)
        if span is not None:
            record_error(span, context.original_exception)
            span.end()

    def connections(method: str) -> float:
        return float(getattr(sync.pool, method)())  # asked each time: dispose() makes another pool

    if isinstance(sync.pool, QueuePool):
        db_connections.labels(pool, "used").set_function(lambda: connections("checkedout"))
        db_connections.labels(pool, "idle").set_function(lambda: connections("checkedin"))
        # SQLAlchemy tells its size, but has no public name for what may come on top.
        db_connections_max.labels(pool).set(sync.pool.size() + sync.pool._max_overflow)


def _name(span: trace.Span, sql: str, namespace: str) -> None:
    """As the semantic conventions have it: `INSERT orders`. The instrumentation names SQLite's file."""
    operation, table = _described(sql)
    span.update_name(f"{operation} {table}".rstrip())
    span.set_attribute("db.operation.name", operation)
    span.set_attribute("db.namespace", namespace)
    if table:
        span.set_attribute("db.collection.name", table)


@lru_cache(maxsize=512)
def _described(sql: str) -> tuple[str, str]:
    """The first word, and the first table that is named."""
    words, table = sql.split(None, 1), _TABLE.search(sql)
    return words[0].upper() if words else "", table[1] if table else ""


def _observe(system: str, sql: str, context: Any, error: BaseException | None = None) -> None:
    started = getattr(context, "observability_started", None)
    if started is None:
        return
    words = sql.lstrip()[:8].split(None, 1)
    operation = words[0].upper() if words and words[0].upper() in _OPERATIONS else OTHER
    _durations[system, operation, error_type(error)].observe(time.perf_counter() - started, exemplar())
