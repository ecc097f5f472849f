"""The ledger: one SQLite file with every charge, every refund, and the calls back that are still to be made.

Written through (WAL, synchronous=FULL) before anything is answered. Times are seconds since 1970.
"""

import time
from pathlib import Path
from typing import Any

from sqlalchemy import (
    Column,
    Float,
    Index,
    Integer,
    MetaData,
    Row,
    Select,
    Table,
    Text,
    event,
    func,
    insert,
    select,
    text,
    update,
)
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncSession

from services.provider.cards import by_last4
from services.shared.database import Database

__all__ = [
    "calls",
    "charge_of",
    "charges",
    "decide_due",
    "due_calls",
    "entries",
    "next_due",
    "open_ledger",
    "refunds",
]

_metadata = MetaData()
_PENDING = text("state = 'pending'")
charges = Table(
    "charges",
    _metadata,
    Column("seq", Integer, primary_key=True),
    Column("charge_id", Text, nullable=False, unique=True),
    Column("payment_id", Text, nullable=False, unique=True),
    Column("amount_cents", Integer, nullable=False),
    Column("currency", Text, nullable=False),
    Column("brand", Text, nullable=False),
    Column("last4", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("reason", Text),
    Column("callback_url", Text, nullable=False),
    Column("traceparent", Text, nullable=False),
    Column("request_id", Text, nullable=False),
    Column("created_at", Float, nullable=False),
    Column("decide_at", Float, nullable=False),
    Column("decided_at", Float),
    Index("charges_undecided", "decide_at", sqlite_where=text("status = 'processing'")),
)
refunds = Table(
    "refunds",
    _metadata,
    Column("payment_id", Text, primary_key=True),
    Column("refund_id", Text, nullable=False, unique=True),
    Column("created_at", Float, nullable=False),
)
calls = Table(
    "calls",
    _metadata,
    Column("seq", Integer, primary_key=True),
    Column("payment_id", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("sequence", Integer, nullable=False),
    Column("attempts", Integer, nullable=False, default=0),
    Column("created_at", Float, nullable=False),
    Column("next_try_at", Float, nullable=False),
    Column("state", Text, nullable=False, default="pending"),  # pending, delivered or given_up
    Index("calls_pending", "payment_id", "seq", sqlite_where=_PENDING),
)


async def open_ledger(database: Database) -> None:
    """Make the file and its tables where they are not there yet."""
    engine = database.engine.sync_engine
    Path(make_url(str(engine.url)).database or "").parent.mkdir(parents=True, exist_ok=True)

    @event.listens_for(engine, "connect")
    def durable(connection: Any, _: Any) -> None:
        cursor = connection.cursor()
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=2000"):
            cursor.execute(f"PRAGMA {pragma}")
            cursor.fetchall()  # a statement left open would forbid the commit
        cursor.close()

    async with database.engine.begin() as connection:
        await connection.run_sync(_metadata.create_all)


async def charge_of(session: AsyncSession, payment_id: str) -> Row[Any] | None:
    """The charge for a payment, with its refund, if there is one."""
    return (await session.execute(_entries().where(charges.c.payment_id == payment_id))).first()


async def entries(session: AsyncSession, after: int, limit: int) -> list[Row[Any]]:
    """Charges with their refunds in the order they came, beginning after the sequence number `after`."""
    found = await session.execute(_entries().where(charges.c.seq > after).order_by(charges.c.seq).limit(limit))
    return list(found.all())


async def decide_due(session: AsyncSession) -> list[Row[Any]]:
    """Decide the charges that are due, and note the calls back that follow; the charges decided."""
    now = time.time()
    due = (charges.c.status == "processing", charges.c.decide_at <= now)
    found = list(
        (await session.execute(select(charges).where(*due).order_by(charges.c.decide_at).limit(200))).all()
    )
    for charge in found:
        card = by_last4(charge.last4)
        await session.execute(
            update(charges)
            .where(charges.c.seq == charge.seq)
            .values(status=card.outcome, reason=card.reason, decided_at=now)
        )
        for status, sequence in card.calls:
            await session.execute(
                insert(calls).values(
                    payment_id=charge.payment_id, status=status, sequence=sequence, created_at=now, next_try_at=now
                )
            )
    return found


async def due_calls(session: AsyncSession, limit: int) -> list[Row[Any]]:
    """Calls back that are due, at most the first one of each payment: they are made one after another."""
    origin = [charges.c[n] for n in ("charge_id", "reason", "callback_url", "traceparent", "request_id")]
    statement = (
        select(calls, *origin)
        .join(charges, charges.c.payment_id == calls.c.payment_id)
        .where(calls.c.seq.in_(_first_pending()), calls.c.next_try_at <= time.time())
        .order_by(calls.c.next_try_at)
        .limit(limit)
    )
    return list((await session.execute(statement)).all())


async def next_due(session: AsyncSession) -> float | None:
    """When there is something to do next."""
    decide = select(func.min(charges.c.decide_at)).where(charges.c.status == "processing")
    call = select(func.min(calls.c.next_try_at)).where(calls.c.seq.in_(_first_pending()))
    times = [await session.scalar(decide), await session.scalar(call)]
    return min((t for t in times if t is not None), default=None)


def _entries() -> Select[Any]:
    refund = (refunds.c.refund_id, refunds.c.created_at.label("refunded_at"))
    return select(charges, *refund).outerjoin(refunds, refunds.c.payment_id == charges.c.payment_id)


def _first_pending() -> Select[Any]:
    return select(func.min(calls.c.seq)).where(_PENDING).group_by(calls.c.payment_id)
