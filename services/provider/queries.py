"""What the ledger knows: charges with their refunds, and what is due."""

import asyncio
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from sqlalchemy import Connection, Row, Select, bindparam, func, select, text

from services.provider.ledger import Ledger
from services.provider.models import PENDING, calls, charges, refunds
from services.provider.schemas import (
    CardResponse,
    ChargeResponse,
    LedgerEntryResponse,
    LedgerPageResponse,
    RefundResponse,
)
from services.shared.errors import NotFound
from services.shared.schemas import decode_cursor, encode_cursor

__all__ = [
    "as_charge",
    "as_refund",
    "copy",
    "due_calls",
    "find",
    "get_charge",
    "list_entries",
    "next_due",
]


def _entries() -> Select[Any]:
    refund = (refunds.c.refund_id, refunds.c.created_at.label("refunded_at"))
    return select(charges, *refund).outerjoin(refunds, refunds.c.payment_id == charges.c.payment_id)


def _first_pending() -> Select[Any]:
    return select(func.min(calls.c.seq)).where(PENDING).group_by(calls.c.payment_id)


_ENTRY = _entries().where(charges.c.payment_id == bindparam("payment_id"))
_DUE_CALLS = (
    select(calls, *(charges.c[n] for n in ("charge_id", "reason", "callback_url", "traceparent", "request_id")))
    .join(charges, charges.c.payment_id == calls.c.payment_id)
    .where(calls.c.seq.in_(_first_pending()), calls.c.next_try_at <= bindparam("now"))
    .order_by(calls.c.next_try_at)
    .limit(bindparam("most"))
)
_NEXT_DUE = select(
    select(func.min(charges.c.decide_at)).where(charges.c.status == "processing").scalar_subquery(),
    select(func.min(calls.c.next_try_at)).where(calls.c.seq.in_(_first_pending())).scalar_subquery(),
)


async def get_charge(ledger: Ledger, payment_id: str) -> ChargeResponse:
    """The charge for a payment as it stands. Raises NotFound."""
    return as_charge(await ledger.transaction(lambda connection: find(connection, payment_id)))


async def list_entries(ledger: Ledger, *, limit: int, cursor: str | None) -> LedgerPageResponse:
    """Charges with their refunds, in the order they came."""
    statement = _entries().order_by(charges.c.seq).limit(limit + 1)
    if cursor is not None:
        statement = statement.where(charges.c.seq > decode_cursor(cursor, int)[0])
    rows = await ledger.transaction(lambda connection: connection.execute(statement).all())
    last = encode_cursor(rows[limit - 1].seq) if len(rows) > limit else None
    return LedgerPageResponse(items=[_entry(row) for row in rows[:limit]], next_cursor=last)


async def copy(ledger: Ledger) -> IO[bytes]:
    """All of the ledger as it is at one moment: an open file of SQLite beside it, which has no name any more."""
    with tempfile.NamedTemporaryFile(dir=ledger.file.parent, prefix=f"{ledger.file.name}.") as empty:
        into = {"file": empty.name}
        await ledger.transaction(lambda connection: connection.execute(text("VACUUM INTO :file"), into))
        return await asyncio.to_thread(Path(empty.name).open, "rb")


def find(ledger: Connection, payment_id: str) -> Row[Any]:
    """The charge for a payment, with its refund, if there is one. Raises NotFound."""
    found = ledger.execute(_ENTRY, {"payment_id": payment_id}).first()
    if found is None:
        raise NotFound("There is no charge for this payment.", paymentId=payment_id)
    return found


def due_calls(ledger: Connection, limit: int) -> Sequence[Row[Any]]:
    """Calls back that are due, at most the first one of each payment: they are made one after another."""
    return ledger.execute(_DUE_CALLS, {"now": time.time(), "most": limit}).all()


def next_due(ledger: Connection) -> float | None:
    """The time when there is something to do next."""
    return min((time for time in ledger.execute(_NEXT_DUE).one() if time is not None), default=None)


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
