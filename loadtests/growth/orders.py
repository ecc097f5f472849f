"""Reads of one user's orders while there are more and more of them, and how fast a backlog of events leaves."""

import asyncio
import time
import uuid
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial

from sqlalchemy import text

from loadtests.growth.timing import milliseconds
from services.order import queries
from services.shared.auth import Caller
from services.shared.database import Database
from services.shared.schemas import encode_cursor

__all__ = ["backlog", "orders"]

_FILL = text("""
INSERT INTO order_history (order_id, user_id, status, total_cents, currency, lines, created_at, updated_at)
SELECT CAST(:user AS text) || '-' || n, CAST(:user AS text), 'paid', 1999, 'EUR', CAST(:lines AS jsonb), at, at
  FROM generate_series(CAST(:first AS int), CAST(:last AS int)) AS n, to_timestamp(1704067200 + n) AS at
""")
_LINES = '[{"productId": "1", "name": "Thing", "quantity": 1, "unitPriceCents": 1999, "imageUrl": "/thing.svg"}]'
_EVENTS = text("""
INSERT INTO outbox (event, traceparent, request_id)
SELECT jsonb_build_object(
    'id', CAST(:run AS text) || '-' || n, 'type', 'order.cancelled', 'version', 1, 'time', now(),
    'data', jsonb_build_object(
        'orderId', CAST(:run AS text) || '-' || n, 'userId', 'growth', 'reason', 'expired', 'reasonCode', 'expired'
    )
), '', CAST(:run AS text) FROM generate_series(1, CAST(:count AS int)) AS n
""")
_PATIENCE = 600.0  # seconds


async def orders(url: str, sizes: Sequence[int]) -> AsyncIterator[tuple[int, dict[str, float]]]:
    """For each size the milliseconds of each kind of read."""
    database, user = Database(url), f"growth-{uuid.uuid4().hex[:8]}"
    there = 0
    for size in sizes:
        async with database.session() as session:
            await session.execute(_FILL, {"user": user, "lines": _LINES, "first": there + 1, "last": size})
        async with database.engine.connect() as connection:
            await connection.execution_options(isolation_level="AUTOCOMMIT")
            await connection.execute(text("ANALYZE order_history"))
        there = size

        middle = datetime.fromtimestamp(1704067200 + size // 2, UTC)
        deep = encode_cursor(middle, f"{user}-{size // 2}")

        async def page(cursor: str | None = None) -> None:
            assert (await queries.list_orders(database, user_id=user, limit=20, cursor=cursor)).items

        async def one(number: int = size // 2) -> None:
            await queries.get_order(database, f"{user}-{number}", Caller(id=user, role="customer", token=""))

        yield (
            size,
            {
                "one order": await milliseconds(one),
                "first page": await milliseconds(page),
                "page in the middle": await milliseconds(partial(page, deep)),
            },
        )
    async with database.session() as session:
        await session.execute(text("DELETE FROM order_history WHERE user_id = :user"), {"user": user})
    await database.close()


async def backlog(url: str, sizes: Sequence[int]) -> AsyncIterator[tuple[int, dict[str, float]]]:
    """For each number of waiting events, how many a second leave until none is left, or ten minutes are over.

    The broker holds 50,000 messages a queue: what is more leaves as fast as the consumers take it in.
    """
    database = Database(url)
    for size in sizes:
        began = time.perf_counter()
        async with database.session() as session:
            await session.execute(_EVENTS, {"run": f"growth-{uuid.uuid4().hex[:8]}", "count": size})
            await session.execute(text("NOTIFY outbox"))
        with suppress(TimeoutError):
            async with asyncio.timeout(_PATIENCE):
                while await _left(database):  # noqa: ASYNC110 - another process makes it true
                    await asyncio.sleep(0.05)
        took = time.perf_counter() - began
        async with database.session() as session:
            left = (await session.execute(text("DELETE FROM outbox"))).rowcount  # type: ignore[attr-defined]
        yield size, {"events a second": (size - left) / took}
    await database.close()


async def _left(database: Database) -> bool:
    async with database.session() as session:
        return bool(await session.scalar(text("SELECT EXISTS (SELECT FROM outbox)")))
