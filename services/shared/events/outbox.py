"""The outbox: events written in the same transaction as the change they tell of.

The row keeps the trace and the request id, so that an event that leaves late, even after a crash, still belongs
to the trace that caused it. relay.py carries the rows to the broker, and moves them to `outbox_sent`.
"""

from typing import Any

from sqlalchemy import (
    CTE,
    BigInteger,
    Column,
    DateTime,
    Identity,
    MetaData,
    Table,
    Text,
    bindparam,
    func,
    insert,
    select,
)
from sqlalchemy.dialects.postgresql import JSONB

from observability import request_id
from observability.spans import current_traceparent
from services.shared.database import Database, Transaction
from services.shared.events.backlog import Waiting
from services.shared.events.contracts import Data
from services.shared.events.envelope import Event
from services.shared.events.topology import KEPT_HOURS
from services.shared.prepared import Prepared

__all__ = [
    "CHANNEL",
    "HOURS_OLD",
    "NOTIFY",
    "add_event",
    "event_part",
    "event_values",
    "metadata",
    "outbox",
    "sent",
    "waiting",
]

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
HOURS_OLD = func.now() - func.make_interval(0, 0, 0, 0, KEPT_HOURS)
"""What was sent before that is forgotten (housekeeping.py)."""


NOTIFY = func.pg_notify(CHANNEL, "")
"""Beside `event_part` in a statement of one's own; a column that it selects."""


def event_part() -> CTE:
    """What puts an event into the outbox, as a part of a statement that does more.

    The statement needs `NOTIFY`, too, and is run with the values of `event_values`.
    """
    values = {
        "event": bindparam("event_of_outbox", type_=JSONB),
        "traceparent": bindparam("origin_of_event", type_=Text),
        "request_id": bindparam("request_of_event", type_=Text),
    }
    return insert(outbox).values(values).cte("event_of_outbox")


def event_values(event_type: str, data: Data, *, key: str | None = None) -> dict[str, Any]:
    """The event, caused by the work of this moment. key: its id, where it may be told of more than once."""
    event = Event(type=event_type, data=data) if key is None else Event(type=event_type, data=data, id=key)
    return {
        "event_of_outbox": event.model_dump(mode="json"),
        "origin_of_event": current_traceparent(),
        "request_of_event": request_id.current(),
    }


_ADD = Prepared(select(NOTIFY).add_cte(event_part()))


async def add_event(transaction: Transaction, event_type: str, data: Data, *, key: str | None = None) -> None:
    """Put an event into a transaction. key: its id, where it may be told of more than once."""
    await transaction.run(_ADD, **event_values(event_type, data, key=key))


_age = func.extract("epoch", func.now() - func.min(outbox.c.created_at))
_WAITING = Prepared(select(func.count(), _age).select_from(outbox))


async def waiting(database: Database) -> Waiting:
    """How many events the broker has not confirmed, and how long the oldest has waited."""
    [(count, oldest)] = await database.ask(_WAITING)
    return Waiting(count, float(oldest or 0))
