"""Connections that the other side closed while nobody used them: the next to come finds a good one."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from opentelemetry.trace import StatusCode
from redis import Redis as BlockingRedis
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from observability.testing import CapturedSpans
from services.shared.database import Database
from services.shared.peer import Peer
from services.shared.redis_client import connect_redis
from tests.services.shared.tables import WAIT

TOGETHER = 5
_END_THE_OTHERS = """
SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
 WHERE datname = current_database() AND pid <> pg_backend_pid() AND state = 'idle'
"""


def _failed(spans: CapturedSpans) -> list[str]:
    return [span.name for span in spans.all if span.status.status_code is StatusCode.ERROR]


async def _ask(database: Database) -> int:
    async with database.transaction() as transaction:
        await transaction.run(WAIT, seconds=0.02)
    async with database.session() as session:
        return await _one(session, "SELECT 1 FROM pg_sleep(0.02)")


async def _one(session: AsyncSession, statement: str) -> int:
    return int((await session.execute(text(statement))).scalar_one())


async def test_ended_connections_of_postgresql_cost_nobody_a_transaction(
    database_url: str, captured_spans: CapturedSpans
) -> None:
    """Several were open and idle; no transaction fails, and no span says that something did."""
    database, operator = Database(database_url), Database(database_url)
    await asyncio.gather(*(_ask(database) for _ in range(TOGETHER)))
    async with operator.session() as session:
        assert await _one(session, _END_THE_OTHERS) >= TOGETHER
    assert await asyncio.gather(*(_ask(database) for _ in range(TOGETHER))) == [1] * TOGETHER
    assert _failed(captured_spans) == []
    for part in (database, operator):
        await part.close()


async def test_killed_connections_of_redis_cost_nobody_a_command(
    redis_url: str, captured_spans: CapturedSpans
) -> None:
    """Several were idle, and closed in the moment in which they are used: reads, writes and scripts succeed."""
    client = connect_redis(redis_url)
    await asyncio.gather(*(client.blpop(["nothing"], timeout=0.05) for _ in range(TOGETHER)))
    with BlockingRedis.from_url(redis_url) as operator:  # blocks this loop, so nobody notices before the use
        assert operator.client_kill_filter(_type="normal", skipme=True) >= TOGETHER
    answers = await asyncio.gather(
        *(client.set("idle", number, ex=5) for number in range(TOGETHER - 2)),
        client.get("never set"),
        client.eval("return ARGV[1]", 0, "again"),
    )
    assert answers == [*([True] * (TOGETHER - 2)), None, "again"]
    assert _failed(captured_spans) == []
    await client.aclose()


@asynccontextmanager
async def _hanging_up() -> AsyncIterator[tuple[str, list[asyncio.StreamWriter], list[bytes]]]:
    """The URL of a server that keeps connections alive, its open connections, and what it was asked."""
    open_ones: list[asyncio.StreamWriter] = []
    asked: list[bytes] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        open_ones.append(writer)
        with contextlib.suppress(asyncio.IncompleteReadError, OSError):
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                if b"content-length: 2" in head.lower():
                    await reader.readexactly(2)
                asked.append(head.split(b" ", 1)[0])
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        try:
            yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", open_ones, asked
        finally:
            for writer in open_ones:
                writer.close()
                await writer.wait_closed()


@pytest.mark.parametrize("method", ["get", "post"])
async def test_calls_find_out_that_a_kept_connection_was_closed(
    method: str, captured_spans: CapturedSpans
) -> None:
    """A call goes out on a new connection, once: also one that must not be made twice."""
    async with _hanging_up() as (url, open_ones, asked):
        peer = Peer("hanging-up", url, timeout=2.0)
        body: dict[str, Any] = {} if method == "get" else {"json": {}}
        await getattr(peer, method)("/x", **body)
        for writer in open_ones:
            writer.close()
            await writer.wait_closed()
        assert (await getattr(peer, method)("/x", **body)).status_code == 200
        assert asked == [method.upper().encode()] * 2
        assert _failed(captured_spans) == []
        await peer.close()
