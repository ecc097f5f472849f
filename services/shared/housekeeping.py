"""Deletes what a database keeps only for a while. Any replica may do it, and two may at once.

docs/growth.md says for every store of the shop what grows in it, and where that ends.
"""

from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any, cast

from sqlalchemy import ColumnElement, CursorResult, Table, delete, func, literal_column, select

from services.shared import idempotency
from services.shared.database import Database
from services.shared.events.inbox import inbox
from services.shared.events.outbox import HOURS_OLD, sent
from services.shared.loops import sweep

__all__ = ["WEEK_OLD", "Passing", "forget_old"]

WEEK_OLD = func.now() - timedelta(days=7)
"""Before that, by the database's clock."""
_BATCH = 10_000  # rows that one statement deletes


@dataclass(frozen=True)
class Passing:
    """A table whose rows are needed for a while only. is_past: which of them are not needed any more."""

    table: Table
    is_past: ColumnElement[bool]


_OF_ALL = (
    Passing(idempotency.keys, idempotency.keys.c.created_at <= idempotency.DAY_OLD),
    Passing(inbox, inbox.c.received_at <= WEEK_OLD),
    Passing(sent, sent.c.sent_at <= HOURS_OLD),
)


async def forget_old(database: Database, *more: Passing) -> None:
    """Delete keys after 24 hours, inbox rows after 7 days, sent events after 6 hours, and `more`, for ever."""
    await sweep(_BATCH, *(partial(_forget_some, database, passing) for passing in (*_OF_ALL, *more)))


async def _forget_some(database: Database, passing: Passing) -> int:
    """Delete a batch of old rows; how many. After a long stop there are more than one statement has time for."""
    place: ColumnElement[object] = literal_column("ctid")
    some = select(place).select_from(passing.table).where(passing.is_past).limit(_BATCH).correlate(None)
    async with database.session() as session:
        done = await session.execute(delete(passing.table).where(place.in_(some)))
    return int(cast(CursorResult[Any], done).rowcount)
