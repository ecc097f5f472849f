"""Idempotency-Key: the same request twice has one effect. A key belongs to a user and a route for 24 hours."""

import asyncio
import hashlib
from typing import Annotated, Any, cast

from fastapi import Header
from pydantic import AfterValidator, BaseModel
from sqlalchemy import (
    Column,
    ColumnElement,
    CursorResult,
    DateTime,
    MetaData,
    Table,
    Text,
    delete,
    func,
    literal_column,
    select,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from observability.tracing import untraced
from services.shared.database import Database
from services.shared.errors import Unprocessable
from services.shared.events.inbox import inbox
from services.shared.events.outbox import SENT_KEPT, sent
from services.shared.schemas import no_secret

__all__ = ["IdempotencyKey", "claim", "fingerprint", "forget_old", "known", "metadata"]

metadata = MetaData()
_keys = Table(
    "idempotency_keys",
    metadata,
    Column("user_id", Text, primary_key=True),
    Column("route", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("fingerprint", Text, nullable=False),
    Column("resource_id", Text, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now(), index=True),
)
_KEPT = func.now() - func.make_interval(0, 0, 0, 0, 24)
_FORGOTTEN: tuple[tuple[Table, ColumnElement[bool]], ...] = (
    (_keys, _keys.c.created_at <= _KEPT),
    (inbox, inbox.c.received_at <= func.now() - func.make_interval(0, 0, 0, 7)),
    (sent, sent.c.sent_at <= SENT_KEPT),
)
_BATCH = 10_000  # rows that one statement deletes

_Key = Annotated[str, AfterValidator(no_secret)]
IdempotencyKey = Annotated[_Key | None, Header(alias="Idempotency-Key", pattern=r"^[\x21-\x7e]{1,128}$")]
"""The header: 1 to 128 visible ASCII characters that are no card and no token."""


def fingerprint(body: BaseModel) -> str:
    """A digest of a validated body, the same however the client spelled it."""
    return hashlib.sha256(body.model_dump_json().encode()).hexdigest()


async def known(session: AsyncSession, *, user_id: str, route: str, key: str, digest: str) -> str | None:
    """The id of what this key made before, or None. Raises Unprocessable when the body was another."""
    row = (
        await session.execute(
            select(_keys.c.fingerprint, _keys.c.resource_id).where(
                _keys.c.user_id == user_id,
                _keys.c.route == route,
                _keys.c.key == key,
                _keys.c.created_at > _KEPT,
            )
        )
    ).first()
    if row is None:
        return None
    if row.fingerprint != digest:
        raise Unprocessable("This Idempotency-Key was used with another body.", kind="idempotency-key-reused")
    return str(row.resource_id)


async def claim(
    session: AsyncSession, *, user_id: str, route: str, key: str, digest: str, resource_id: str
) -> bool:
    """Write the key into the transaction that makes `resource_id`.

    False when another request has it; where that one is still at work, this waits for its end.
    """
    statement = insert(_keys).values(
        user_id=user_id, route=route, key=key, fingerprint=digest, resource_id=resource_id
    )
    # An expired row is taken over in place.
    statement = statement.on_conflict_do_update(
        index_elements=[_keys.c.user_id, _keys.c.route, _keys.c.key],
        set_={
            "fingerprint": statement.excluded.fingerprint,
            "resource_id": statement.excluded.resource_id,
            "created_at": func.now(),
        },
        where=_keys.c.created_at <= _KEPT,
    )
    return (await session.execute(statement.returning(_keys.c.key))).first() is not None


async def forget_old(database: Database, interval: float = 600.0) -> None:
    """Delete keys after 24 hours, inbox rows after 7 days and events that were sent after 6 hours, for ever."""
    while True:
        with untraced():
            for table, is_old in _FORGOTTEN:
                while await _forget_some(database, table, is_old) == _BATCH:
                    pass
        await asyncio.sleep(interval)


async def _forget_some(database: Database, table: Table, is_old: ColumnElement[bool]) -> int:
    """Delete a batch of old rows; how many. After a long stop there are more than one statement has time for."""
    place: ColumnElement[object] = literal_column("ctid")
    some = select(place).select_from(table).where(is_old).limit(_BATCH).correlate(None)
    async with database.transaction() as session:
        done = await session.execute(delete(table).where(place.in_(some)))
    return int(cast(CursorResult[Any], done).rowcount)
