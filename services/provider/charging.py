"""Charge and refund, each at most once for a payment."""

import time
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Row, insert
from sqlalchemy.ext.asyncio import AsyncSession

from observability import request_id
from observability.logging import get_logger
from observability.tracing import current_traceparent
from services.provider.cards import CARDS
from services.provider.ledger import charge_of, charges, refunds
from services.provider.schemas import CardShown, ChargeRequest, ChargeView, LedgerEntry, RefundView
from services.provider.settings import Settings
from services.shared.errors import Conflict, NotFound
from services.shared.events.envelope import new_id

__all__ = ["as_charge", "as_entry", "charge", "find", "refund"]

_log = get_logger("ledger")


async def charge(*, session: AsyncSession, request: ChargeRequest, settings: Settings) -> ChargeView:
    """Enter a charge, to be decided after a while. Raises Conflict when the payment has another one."""
    number = request.card.number.get_secret_value()
    before = await charge_of(session, request.payment_id)
    if before is not None:
        same = (before.amount_cents, before.currency, before.last4)
        if same != (request.amount_cents, request.currency, number[-4:]):
            raise Conflict("This payment was sent before with another amount or card.")
        return as_charge(before)
    now = time.time()
    delay = settings.provider_slow_seconds if CARDS[number].slow else settings.provider_delay_seconds
    await session.execute(
        insert(charges).values(
            charge_id=new_id(),
            payment_id=request.payment_id,
            amount_cents=request.amount_cents,
            currency=request.currency,
            brand="visa",  # all test numbers are
            last4=number[-4:],
            status="processing",
            callback_url=str(request.callback_url),
            traceparent=current_traceparent(),
            request_id=request_id.current(),
            created_at=now,
            decide_at=now + delay,
        )
    )
    _log.info("charge.entered", payment_id=request.payment_id, amount_cents=request.amount_cents)
    return as_charge(await find(session, request.payment_id))


async def find(session: AsyncSession, payment_id: str) -> Row[Any]:
    """The charge for a payment. Raises NotFound."""
    found = await charge_of(session, payment_id)
    if found is None:
        raise NotFound("There is no charge for this payment.")
    return found


async def refund(*, session: AsyncSession, payment_id: str) -> RefundView:
    """Give the whole amount back. Raises NotFound, or Conflict when nothing was taken."""
    found = await find(session, payment_id)
    if found.status != "succeeded":
        raise Conflict(
            "Only a charge that succeeded can be refunded.", kind="wrong-state", chargeStatus=found.status
        )
    if found.refund_id is None:
        await session.execute(
            insert(refunds).values(payment_id=payment_id, refund_id=new_id(), created_at=time.time())
        )
        _log.info("refund.entered", payment_id=payment_id, amount_cents=found.amount_cents)
        found = await find(session, payment_id)
    return _as_refund(found)


def as_charge(row: Row[Any]) -> ChargeView:
    """The public form of a ledger row."""
    return ChargeView(**_charge(row))


def as_entry(row: Row[Any]) -> LedgerEntry:
    """The public form of a ledger row, with its refund."""
    return LedgerEntry(**_charge(row), refund=_as_refund(row) if row.refund_id else None)


def _charge(row: Row[Any]) -> dict[str, Any]:
    return {
        "charge_id": row.charge_id,
        "payment_id": row.payment_id,
        "amount_cents": row.amount_cents,
        "currency": row.currency,
        "card": CardShown(brand=row.brand, last4=row.last4),
        "status": row.status,
        "reason": row.reason,
        "created_at": _time(row.created_at),
        "decided_at": _time(row.decided_at) if row.decided_at else None,
    }


def _as_refund(row: Row[Any]) -> RefundView:
    return RefundView(
        refund_id=row.refund_id,
        payment_id=row.payment_id,
        amount_cents=row.amount_cents,
        currency=row.currency,
        created_at=_time(row.refunded_at),
    )


def _time(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
