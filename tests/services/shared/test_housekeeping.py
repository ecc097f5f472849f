"""What is needed only for a while goes: after a week of work, a table holds its last hours or days."""

import asyncio
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import Column, func, insert, select

from services.shared import housekeeping
from services.shared.database import Database
from services.shared.events.inbox import inbox
from services.shared.events.outbox import outbox, sent
from services.shared.housekeeping import forget_old
from services.shared.idempotency import keys
from tests.services.support import until

HOURS = range(1, 10 * 24)  # ten days of one row an hour, half an hour old at least


async def _ten_days(database: Database) -> None:
    rows: dict[Column[object], Callable[[int], dict[str, object]]] = {
        keys.c.created_at: lambda h: {
            "user_id": "u", "route": "r", "key": str(h), "fingerprint": "", "resource_id": "",
        },
        inbox.c.received_at: lambda h: {"queue": "q", "event_id": str(h)},
        sent.c.sent_at: lambda h: {"seq": h, "event": {}, "traceparent": "", "request_id": ""},
        outbox.c.created_at: lambda h: {"event": {}, "traceparent": "", "request_id": ""},
    }  # fmt: skip
    async with database.session() as session:
        for column, row in rows.items():
            for hours in HOURS:
                at = func.now() - timedelta(hours=hours - 0.5)
                await session.execute(insert(column.table).values({**row(hours), column.name: at}))


async def test_a_long_time_leaves_a_bounded_rest(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keys go after a day, notes of events after a week, events that were sent after six hours, however many there
    are; an event that was not sent stays for ever."""
    monkeypatch.setattr(housekeeping, "_BATCH", 50)
    await _ten_days(database)
    task = asyncio.create_task(forget_old(database))

    async def left() -> bool:
        async with database.session() as session:
            tables = (keys, inbox, sent, outbox)
            counts = [await session.scalar(select(func.count()).select_from(table)) for table in tables]
        return counts == [24, 7 * 24, 6, len(HOURS)]

    await until(left)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
