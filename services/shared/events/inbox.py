"""The inbox: which events a database has taken in, written in the same transaction as their effect."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from sqlalchemy import Column, DateTime, MetaData, Table, Text, bindparam, func
from sqlalchemy.dialects.postgresql import insert

from observability.logging import get_logger
from services.shared.database import Database, Transaction
from services.shared.events.consumer import Handled, Handler
from services.shared.events.envelope import Event
from services.shared.prepared import Prepared

__all__ = ["Effect", "inbox", "metadata", "once"]

metadata = MetaData()
inbox = Table(
    "inbox",
    metadata,
    Column("queue", Text, primary_key=True),
    Column("event_id", Text, primary_key=True),
    Column("received_at", DateTime(timezone=True), nullable=False, server_default=func.now(), index=True),
)
_TAKE_IN = Prepared(
    insert(inbox)
    .values(queue=bindparam("of_queue"), event_id=bindparam("of_event"))
    .on_conflict_do_nothing()
    .returning(inbox.c.event_id)
)

Effect = Callable[[Transaction, Any], Awaitable[bool]]
"""What an event's data (as contracts.py has it for the type) does inside a transaction; False when it is no legal
move and changed nothing."""
_log = get_logger("inbox")


def once(database: Database, queue: str, effects: Mapping[str, Effect]) -> Handler:
    """A handler that applies the effect of each event at most once, by its type."""

    async def handle(event: Event) -> Handled:
        async with database.transaction() as transaction:
            if not await transaction.run(_TAKE_IN, of_queue=queue, of_event=event.id):
                return "duplicate"
            if await effects[event.type](transaction, event.data):
                return "ok"
        _log.warning("event.ignored", queue=queue, event_type=event.type, event_id=event.id)
        return "ignored"

    return handle
