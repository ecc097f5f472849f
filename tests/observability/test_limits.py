"""observability.limits: what a limit of ours ends has failed; what a caller gives up has not."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from opentelemetry.trace import StatusCode, get_tracer
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from observability.breaker import Breaker
from observability.http_client import ObservedTransport
from observability.limits import TimeLimit, time_is_up
from observability.mongo import instrument_pymongo
from observability.redis import ObservedRedis
from observability.spans import span_from
from observability.sql import instrument_sqlalchemy
from observability.testing import CapturedSpans, MetricDelta

Call = Callable[[], Awaitable[Any]]


@asynccontextmanager
async def _silent() -> AsyncIterator[int]:
    """The port of a server that accepts connections and says nothing."""
    ends = asyncio.Event()

    async def accept(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await ends.wait()
        writer.close()

    server = await asyncio.start_server(accept, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]
        ends.set()


@asynccontextmanager
async def _redis() -> AsyncIterator[Call]:
    async with _silent() as port:
        client = ObservedRedis(port=port)
        yield lambda: client.get("k")
        await client.aclose()


@asynccontextmanager
async def _http() -> AsyncIterator[Call]:
    async with _silent() as port, httpx.AsyncHTTPTransport() as transport:
        observed = ObservedTransport(transport, "peer")
        yield lambda: observed.handle_async_request(httpx.Request("GET", f"http://127.0.0.1:{port}/"))


@asynccontextmanager
async def _sql() -> AsyncIterator[Call]:
    engine = create_async_engine("sqlite+aiosqlite://")
    instrument_sqlalchemy(engine, "pool-limits")
    slow = text(
        "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 2000000) SELECT sum(x) FROM n"
    )

    async def run() -> None:
        async with engine.connect() as connection:
            await connection.execute(slow)

    yield run
    await engine.dispose()


@asynccontextmanager
async def _mongo() -> AsyncIterator[Call]:
    commands, _ = instrument_pymongo("products")

    def event(name: str, number: int) -> Any:
        return SimpleNamespace(
            command_name=name,
            request_id=number,
            database_name="products",
            connection_id=("mongo", 27017),
            command={name: "products"},
            duration_micros=1,
        )

    async def run() -> None:
        commands.started(event("find", 1))
        await asyncio.Event().wait()

    yield run
    commands.started(event("update", 2))  # the driver announces no end of what was cancelled
    commands.succeeded(event("update", 2))


CALLS = {
    "redis": (_redis, "db_client_operation_duration_seconds_count", {"db_system_name": "redis"}),
    "http": (_http, "http_client_request_duration_seconds_count", {"service_peer_name": "peer"}),
    "sql": (_sql, "db_client_operation_duration_seconds_count", {"db_system_name": "sqlite"}),
    "mongo": (_mongo, "db_client_operation_duration_seconds_count", {"db_operation_name": "find"}),
}


@pytest.mark.parametrize("name", CALLS)
async def test_a_call_that_a_limit_ends_has_failed(captured_spans: CapturedSpans, name: str) -> None:
    """The span is an error, and its metric has the same `error.type`."""
    make, metric, labels = CALLS[name]
    failed = MetricDelta(metric, **labels, error_type="TimeoutError")
    async with make() as call:
        with pytest.raises(TimeoutError):
            async with Breaker("limits").guard(0.05):
                await call()
    span = captured_spans.all[0]
    assert (span.status.status_code, (span.attributes or {})["error.type"]) == (StatusCode.ERROR, "TimeoutError")
    assert failed.value == 1


@pytest.mark.parametrize("name", CALLS)
async def test_a_call_that_is_given_up_has_not(captured_spans: CapturedSpans, name: str) -> None:
    """A caller that goes away is no error of the server's, in the span and in the metric."""
    make, metric, labels = CALLS[name]
    given_up, all_of_them = MetricDelta(metric, **labels, error_type=""), MetricDelta(metric, **labels)
    async with make() as call:
        with suppress(TimeoutError):
            async with asyncio.timeout(0.05), TimeLimit(60):
                await call()
    span = captured_spans.all[0]
    assert (span.status.status_code, "error.type" in (span.attributes or {})) == (StatusCode.UNSET, False)
    assert (given_up.value, all_of_them.value) == (1, 1)


async def _wait() -> None:
    with span_from(get_tracer("t"), "", "inside"):
        await asyncio.Event().wait()


async def _limited(*seconds: float) -> None:
    """Waits inside of limits, the outermost first."""
    if not seconds:
        await _wait()
        return
    async with TimeLimit(seconds[0]):
        await _limited(*seconds[1:])


@pytest.mark.parametrize("limits", [(0,), (60, 0), (0, 60)])
async def test_work_that_a_limit_ends_has_failed(captured_spans: CapturedSpans, limits: tuple[float, ...]) -> None:
    """So have its span and the one around it, whichever of several limits has run out."""
    with pytest.raises(TimeoutError), span_from(get_tracer("t"), "", "around"):
        await _limited(*limits)
    assert not time_is_up()
    assert len(captured_spans.all) == 2
    for span in captured_spans.all:
        assert span.status.status_code is StatusCode.ERROR
        assert (span.attributes or {})["error.type"] == "TimeoutError"
