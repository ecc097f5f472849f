"""Connections that PostgreSQL closed while nobody used them: the next to come finds a good one."""

import asyncio

from opentelemetry.trace import StatusCode
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from observability.testing import CapturedSpans
from services.shared.database import Database

TOGETHER = 5
_END_THE_OTHERS = """
SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
 WHERE datname = current_database() AND pid <> pg_backend_pid() AND state = 'idle'
"""


async def _ask(database: Database) -> int:
    async with database.transaction() as session:
        return await _one(session, "SELECT 1 FROM pg_sleep(0.02)")


async def _one(session: AsyncSession, statement: str) -> int:
    return int((await session.execute(text(statement))).scalar_one())


async def test_ended_connections_of_postgresql_cost_nobody_a_transaction(
    database_url: str, captured_spans: CapturedSpans
) -> None:
    """Several were open and idle; no transaction fails, and no span says that something did."""
    database, operator = Database(database_url), Database(database_url)
    await asyncio.gather(*(_ask(database) for _ in range(TOGETHER)))
    async with operator.transaction() as session:
        assert await _one(session, _END_THE_OTHERS) >= TOGETHER
    assert await asyncio.gather(*(_ask(database) for _ in range(TOGETHER))) == [1] * TOGETHER
    assert [span for span in captured_spans.all if span.status.status_code is StatusCode.ERROR] == []
    for part in (database, operator):
        await part.close()
