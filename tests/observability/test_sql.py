"""observability.sql"""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from opentelemetry import trace
from opentelemetry.trace import SpanKind, StatusCode
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from observability.sql import instrument_sqlalchemy
from observability.testing import CapturedSpans, MetricDelta, metric_value

COUNT = "db_client_operation_duration_seconds_count"


@pytest.fixture
async def engines(tmp_path: Path) -> AsyncIterator[list[AsyncEngine]]:
    """Two instrumented engines in one process."""
    found = [create_async_engine(f"sqlite+aiosqlite:///{tmp_path}/{name}.db") for name in ("first", "second")]
    for number, engine in enumerate(found):
        instrument_sqlalchemy(engine, f"pool-{number}")
    yield found
    for engine in found:
        await engine.dispose()


async def test_every_engine_is_traced_once(engines: list[AsyncEngine], captured_spans: CapturedSpans) -> None:
    """One span a statement, with stable names, in the trace of the caller; the second engine like the first."""
    counted = MetricDelta(COUNT, db_system_name="sqlite", db_operation_name="SELECT")
    for engine in engines:
        with trace.get_tracer("t").start_as_current_span("caller") as caller:
            async with engine.connect() as connection:
                await connection.execute(text("  select :x"), {"x": "hunter2"})
        statement, _ = captured_spans.all[-2:]
        attributes = dict(statement.attributes or {})
        assert statement.kind is SpanKind.CLIENT
        assert statement.parent == caller.get_span_context()
        assert attributes["db.query.text"] == "  select ?"
        assert attributes["db.system.name"] == "sqlite"
        assert "hunter2" not in str(attributes)
    assert len(captured_spans.all) == 4
    assert counted.value == 2


@pytest.mark.parametrize(
    ("sql", "name"),
    [
        ("CREATE TABLE things (id INTEGER)", "CREATE"),
        ("insert into things (id) values (1)", "INSERT things"),
        ("UPDATE things SET id = 2", "UPDATE things"),
        ("SELECT count(*) FROM things t", "SELECT things"),
        ("SELECT 1 IS DISTINCT FROM abs (1) FROM things", "SELECT things"),
        ("SELECT 1", "SELECT"),
    ],
)
async def test_a_span_is_named_by_operation_and_table(
    engines: list[AsyncEngine], captured_spans: CapturedSpans, sql: str, name: str
) -> None:
    """As the semantic conventions have it, and never by the path of a database file."""
    async with engines[0].connect() as connection:
        await connection.execute(text("CREATE TABLE IF NOT EXISTS things (id INTEGER)"))
        await connection.execute(text("CREATE TABLE IF NOT EXISTS others (id INTEGER)"))
        if name == "CREATE":
            await connection.execute(text("DROP TABLE things"))
        await connection.execute(text(sql))
    span = captured_spans.all[-1]
    attributes = dict(span.attributes or {})
    operation, _, table = name.partition(" ")
    assert span.name == attributes["db.query.summary"] == name
    assert (attributes["db.operation.name"], attributes["db.namespace"]) == (operation, "first")
    assert attributes.get("db.collection.name", "") == table


async def test_a_statement_of_several_parts(engines: list[AsyncEngine], captured_spans: CapturedSpans) -> None:
    """It has no one operation and no one table; its metric has the same summary as its span."""
    summary = "DELETE others INSERT things"
    counted = MetricDelta(COUNT, db_operation_name="", db_query_summary=summary)
    statement = text("WITH gone AS (DELETE FROM others) INSERT INTO things SELECT * FROM gone")
    async with engines[0].connect() as connection:
        with pytest.raises(OperationalError):  # SQLite knows none that writes to two
            await connection.execute(statement)
    span = captured_spans.all[-1]
    attributes = dict(span.attributes or {})
    assert span.name == attributes["db.query.summary"] == summary
    assert "db.operation.name" not in attributes
    assert "db.collection.name" not in attributes
    assert counted.value == 1


async def test_failures_are_measured_too(engines: list[AsyncEngine], captured_spans: CapturedSpans) -> None:
    """A statement that fails is observed, and its span is an error."""
    failure = "sqlite3.OperationalError"
    counted = MetricDelta(
        COUNT,
        db_system_name="sqlite",
        db_namespace="first",
        db_operation_name="_OTHER",
        db_query_summary="",
        db_response_status_code="SQLITE_ERROR",
        error_type=failure,
    )
    async with engines[0].connect() as connection:
        with pytest.raises(OperationalError):
            await connection.execute(text("nonsense"))
    (span,) = captured_spans.all
    attributes = dict(span.attributes or {})
    assert (span.status.status_code, span.events) == (StatusCode.ERROR, ())
    assert span.status.description == 'near "nonsense": syntax error'
    assert (attributes["error.type"], attributes["db.response.status_code"]) == (failure, "SQLITE_ERROR")
    assert counted.value == 1


async def test_a_statement_ends_once(engines: list[AsyncEngine], captured_spans: CapturedSpans) -> None:
    """Rows that cannot be read, after the statement itself was done, are no second end."""
    counted = MetricDelta(COUNT, db_system_name="sqlite", db_operation_name="SELECT")

    def read(connection: Connection) -> None:
        connection.connection.driver_connection.text_factory = _unreadable  # type: ignore[union-attr]
        connection.execute(text("SELECT 'a' UNION ALL SELECT 'b'")).all()

    engine = create_engine("sqlite://")
    instrument_sqlalchemy(engine, "pool-once")
    with engine.connect() as connection, pytest.raises(Exception, match="unreadable"):
        read(connection)
    assert [span.name for span in captured_spans.all] == ["SELECT"]
    assert counted.value == 1


def _unreadable(_: bytes) -> str:
    raise sqlite3.OperationalError("unreadable")


async def test_pool_is_shown_also_after_it_was_replaced(engines: list[AsyncEngine]) -> None:
    """Used and idle connections of the pool that the engine has now, and how many there may be."""
    engine = engines[1]

    def shown() -> tuple[float, float]:
        return (
            metric_value(
                "db_client_connection_count",
                db_client_connection_pool_name="pool-1",
                db_client_connection_state="used",
            ),
            metric_value(
                "db_client_connection_count",
                db_client_connection_pool_name="pool-1",
                db_client_connection_state="idle",
            ),
        )

    async with engine.connect(), engine.connect():
        assert shown() == (2, 0)
        assert metric_value("db_client_connection_max", db_client_connection_pool_name="pool-1") == 15
    assert shown() == (0, 2)
    await engine.dispose()
    async with engine.connect():
        assert shown() == (1, 0)


async def test_a_cancelled_statement_leaves_nothing_open(
    engines: list[AsyncEngine], captured_spans: CapturedSpans
) -> None:
    """A caller that gives up in the middle of a statement still ends its span."""
    slow = text(
        "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 300000) SELECT sum(x) FROM n"
    )
    async with engines[0].connect() as connection:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.005):
                await connection.execute(slow)
    (span,) = captured_spans.all
    assert (span.name, span.status.status_code) == ("SELECT", StatusCode.UNSET)
