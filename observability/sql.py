"""SQLAlchemy: a span and a duration for each statement, and the state of the pool."""

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.pool import QueuePool

from observability.client_span import address_of, fail_by, start
from observability.metrics import (
    OTHER,
    Children,
    db_connections,
    db_connections_max,
    db_duration,
    error_type,
    exemplar,
)
from observability.names import tracer
from observability.sql_summary import VERBS, summary_of

__all__ = ["Observe", "instrument_sqlalchemy"]

Observe = Callable[[str], AbstractContextManager[None]]
"""Traces and measures one statement, given by its text, that is run past SQLAlchemy."""

_PORTS = {"postgresql": 5432}
_durations = Children(db_duration)
_tracer = tracer(__name__)


class _Statement:
    """A statement at work."""

    __slots__ = ("labels", "span", "started")

    def __init__(self, system: str, sql: str, attributes: dict[str, Any]) -> None:
        name, described, labels = _described(sql)
        self.labels = system, attributes["db.namespace"], *labels
        self.span = start(_tracer, name, {**attributes, **described})
        self.started = time.perf_counter()

    def end(self, error: BaseException | None = None) -> None:
        """Observe how long the statement took, and end its span."""
        code = ""
        if error is not None:
            fail_by(self.span, error)
            if code := getattr(error, "sqlstate", None) or getattr(error, "sqlite_errorname", None) or "":
                self.span.set_attribute("db.response.status_code", code)
        self.span.end()
        child = _durations[*self.labels, code, error_type(error)]
        child.observe(time.perf_counter() - self.started, exemplar(self.span))


def instrument_sqlalchemy(engine: AsyncEngine | Engine, pool: str = "") -> Observe:
    """Trace and measure `engine`. pool: its name in `db_client_connection_count`; without one the database's.

    Returns what does the same for a statement that its driver is given directly.
    """
    # Not SQLAlchemyInstrumentor: it traces the first engine of a process only, patches SQLAlchemy for all, and
    # makes a span for taking a connection from the pool, which says nothing and costs like any.
    sync = engine.sync_engine if isinstance(engine, AsyncEngine) else engine
    system = engine.dialect.name
    port = engine.url.port or _PORTS.get(system)
    database = engine.url.database or ""
    namespace = Path(database).stem if system == "sqlite" else database
    pool = pool or namespace
    attributes = {"db.system.name": system, "db.namespace": namespace, **address_of(engine.url.host, port)}

    @event.listens_for(sync, "before_cursor_execute")
    def begin(_conn: Any, _cur: Any, sql: str, _params: Any, context: Any, _many: bool) -> None:
        context.observed = _Statement(system, sql, attributes)

    @event.listens_for(sync, "after_cursor_execute")
    def end(_conn: Any, _cur: Any, _sql: str, _params: Any, context: Any, _many: bool) -> None:
        context.observed.end()
        context.observed = None  # rows that cannot be read later are no second end

    @event.listens_for(sync, "handle_error")
    def failed(context: Any) -> None:
        statement = getattr(context.execution_context, "observed", None)
        if statement is not None:
            error = context.original_exception
            statement.end(error.__cause__ or error)  # the driver's own is inside of the dialect's

    def connections(method: str) -> float:
        return float(getattr(sync.pool, method)())  # asked each time: dispose() makes another pool

    if isinstance(sync.pool, QueuePool):
        db_connections.labels(pool, "used").set_function(lambda: connections("checkedout"))
        db_connections.labels(pool, "idle").set_function(lambda: connections("checkedin"))
        # SQLAlchemy tells its size, but has no public name for what may come on top.
        db_connections_max.labels(pool).set(sync.pool.size() + sync.pool._max_overflow)

    @contextmanager
    def observe(sql: str) -> Iterator[None]:
        statement = _Statement(system, sql, attributes)
        try:
            yield
        except BaseException as error:
            statement.end(error)
            raise
        statement.end()

    return observe


@lru_cache(maxsize=512)
def _described(sql: str) -> tuple[str, dict[str, str], tuple[str, str]]:
    """A statement's span by name and attributes, and its labels: operation and summary."""
    text, operation, table = summary_of(sql)
    described = {
        "db.query.text": sql,
        "db.query.summary": text,
        "db.operation.name": operation,
        "db.collection.name": table,
    }
    known = not operation or operation in VERBS  # no label holds any word that somebody may send
    labels = (operation, text) if known else (OTHER, "")
    return text, {name: value for name, value in described.items() if value}, labels
