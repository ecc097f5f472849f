"""What the ledger knows: charges with their refunds, and what is due."""

import asyncio
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from sqlalchemy import Row, Select, func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from services.provider.models import PENDING, calls, charges, refunds
from services.provider.schemas import (
    CardResponse,
    ChargeResponse,
    LedgerEntryResponse,
    LedgerPageResponse,
    RefundResponse,
)
from services.shared.database import Database
from services.shared.errors import NotFound
from services.shared.schemas import decode_cursor, encode_cursor

__all__ = [
    "as_charge",
    "as_refund",
    "charge_of",
    "copy",
    "due_calls",
    "find",
    "get_charge",
    "list_entries",
    "next_due",
]


async def charge_of(session: AsyncSession, payment_id: str) -> Row[Any] | None:
    """The charge for a payment, with its refund, if there is one."""
    return (await session.execute(_entries().where(charges.c.payment_id == payment_id))).first()


async def get_charge(database: Database, payment_id: str) -> ChargeResponse:
    """The charge for a payment as it stands. Raises NotFound."""
    async with database.transaction() as session:
        return as_charge(await find(session, payment_id))


async def list_entries(database: Database, *, limit: int, cursor: str | None) -> LedgerPageResponse:
    """Charges with their refunds, in the order they came."""
    statement = _entries().order_by(charges.c.seq)
    if cursor is not None:
        statement = statement.where(charges.c.seq > decode_cursor(cursor, int)[0])
    rows = await database.read(statement.limit(limit + 1))
    last = encode_cursor(rows[limit - 1].seq) if len(rows) > limit else None
    return LedgerPageResponse(items=[_entry(row) for row in rows[:limit]], next_cursor=last)


async def copy(database: Database) -> IO[bytes]:
    """All of the ledger as it is at one moment: an open file of SQLite beside it, which has no name any more."""
    ledger = Path(database.engine.url.database or "")
    with tempfile.NamedTemporaryFile(dir=ledger.parent, prefix=f"{ledger.name}.") as empty:
        async with database.engine.connect() as connection:
            own = await connection.execution_options(isolation_level="AUTOCOMMIT")
            await own.execute(text("VACUUM INTO :file"), {"file": empty.name})
        return await asyncio.to_thread(Path(empty.name).open, "rb")


async def find(session: AsyncSession, payment_id: str) -> Row[Any]:
    """The charge for a payment. Raises NotFound."""
    found = await charge_of(session, payment_id)
    if found is None:
        raise NotFound("There is no charge for this payment.")
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
    """The time when there is something to do next."""
    decide = select(func.min(charges.c.decide_at)).where(charges.c.status == "processing")
    call = select(func.min(calls.c.next_try_at)).where(calls.c.seq.in_(_first_pending()))
    [times] = await session.execute(select(decide.scalar_subquery(), call.scalar_subquery()))
    return min((t for t in times if t is not None), default=None)


def as_charge(row: Row[Any]) -> ChargeResponse:
    """The public form of a ledger row."""
    return ChargeResponse(**_charge(row))


def _entry(row: Row[Any]) -> LedgerEntryResponse:
    return LedgerEntryResponse(**_charge(row), refund=as_refund(row) if row.refund_id else None)


def _charge(row: Row[Any]) -> dict[str, Any]:
    return {
        "charge_id": row.charge_id,
        "payment_id": row.payment_id,
        "amount_cents": row.amount_cents,
        "currency": row.currency,
        "card": CardResponse(brand=row.brand, last4=row.last4),
        "status": row.status,
        "reason": row.reason,
        "created_at": _time(row.created_at),
        "decided_at": _time(row.decided_at) if row.decided_at else None,
    }


def as_refund(row: Row[Any]) -> RefundResponse:
    """The public form of the refund in a ledger row."""
    return RefundResponse(
        refund_id=row.refund_id,
        payment_id=row.payment_id,
        amount_cents=row.amount_cents,
        currency=row.currency,
        created_at=_time(row.refunded_at),
    )


def _time(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _entries() -> Select[Any]:
    refund = (refunds.c.refund_id, refunds.c.created_at.label("refunded_at"))
    return select(charges, *refund).outerjoin(refunds, refunds.c.payment_id == charges.c.payment_id)


def _first_pending() -> Select[Any]:
    return select(func.min(calls.c.seq)).where(PENDING).group_by(calls.c.payment_id)
