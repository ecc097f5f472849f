"""The outbox: events written in the same transaction as the change they tell of.

The row keeps the trace and the request id, so that an event that leaves late, even after a crash, still belongs
to the trace that caused it. relay.py carries the rows to the broker, and moves them to `outbox_sent`.
"""

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
from observability.tracing import current_traceparent
from services.shared.database import Database
from services.shared.events.backlog import Waiting
from services.shared.events.contracts import Data
from services.shared.events.envelope import Event

__all__ = ["CHANNEL", "SENT_KEPT", "add_event", "metadata", "outbox", "sent", "waiting"]

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
sent = Table(
    "outbox_sent",
    metadata,
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("event", JSONB, nullable=False),
    Column("traceparent", Text, nullable=False),
    Column("request_id", Text, nullable=False),
    Column("sent_at", DateTime(timezone=True), nullable=False, server_default=func.now(), index=True),
)
"""What the broker confirmed, kept for as long as a queue may hold it: a queue that is deleted takes it along."""
SENT_KEPT = func.now() - func.make_interval(0, 0, 0, 0, 6)


async def add_event(
    session: AsyncSession, event_type: str, data: Data | dict[str, Any], *, key: str | None = None
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


async def waiting(database: Database) -> Waiting:
    """How many events the broker has not confirmed, and how long the oldest has waited."""
    age = func.extract("epoch", func.now() - func.min(outbox.c.created_at))
    async with database.transaction() as session:
        count, oldest = (await session.execute(select(func.count(), age).select_from(outbox))).one()
    return Waiting(count, float(oldest or 0))
