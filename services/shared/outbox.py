"""The outbox: events written in the same transaction as the change they tell of.

The row keeps the trace and the request id, so that an event that leaves late, even after a crash, still belongs
to the trace that caused it. relay.py carries the rows to the broker.
"""

import asyncio
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    Identity,
    MetaData,
    Table,
    Text,
    func,
    insert,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession

from observability import request_id
from observability.metrics import outbox_oldest, outbox_pending
from observability.tracing import current_traceparent, untraced
from services.shared.database import Database
from services.shared.events import Event

__all__ = ["CHANNEL", "add_event", "metadata", "outbox", "watch_outbox"]

CHANNEL = "outbox"  # NOTIFY wakes the relay when the transaction commits
metadata = MetaData()
outbox = Table(
    "outbox",
    metadata,
    Column("seq", BigInteger, Identity(always=True), primary_key=True),
    Column("event", JSONB, nullable=False),
    Column("traceparent", Text, nullable=False),
    Column("request_id", Text, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
)


async def add_event(
    session: AsyncSession, event_type: str, data: dict[str, Any], *, key: str | None = None
) -> None:
    """Put an event into the session's transaction. key: its id, where it may be told of more than once."""
    event = Event(type=event_type, data=data) if key is None else Event(type=event_type, data=data, id=key)
    await session.execute(
        insert(outbox).values(
            event=event.model_dump(mode="json"),
            traceparent=current_traceparent(),
            request_id=request_id.current(),
        )
    )
    await session.execute(text(f"NOTIFY {CHANNEL}"))


async def watch_outbox(database: Database, interval: float = 2.0) -> None:
    """Keep the gauges `outbox_pending` and `outbox_oldest_seconds`, on every replica, for ever."""
    age = func.extract("epoch", func.now() - func.min(outbox.c.created_at))
    while True:
        with untraced():
            async with database.transaction() as session:
                count, oldest = (await session.execute(select(func.count(), age).select_from(outbox))).one()
        outbox_pending.set(count)
        outbox_oldest.set(oldest or 0)
        await asyncio.sleep(interval)
