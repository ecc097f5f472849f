"""Everything that changes the ledger: a charge and a refund, each at most once for a payment, and the decision."""

import time
from typing import Any, cast

from sqlalchemy import CursorResult, Row, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from observability import request_id
from observability.logging import get_logger
from observability.tracing import current_traceparent
from services.provider.cards import CARDS, DECLINED, Card, ChargeStatus, by_last4
from services.provider.models import ENDED, calls, charges, refunds
from services.provider.queries import as_charge, as_refund, charge_of, find
from services.provider.schemas import ChargeRequest, ChargeResponse, RefundResponse
from services.provider.settings import Settings
from services.shared.database import Database
from services.shared.errors import Conflict
from services.shared.events.envelope import new_id
from services.shared.flags import flags

__all__ = ["charge", "decide_due", "forget_calls", "refund"]

_CALLS_KEPT = 7 * 86_400.0  # seconds

_log = get_logger("ledger")


async def charge(
    *, database: Database, request: ChargeRequest, settings: Settings
) -> tuple[ChargeResponse, float]:
    """Enter a charge, to be decided after a while; second: in how many seconds.

    Raises Conflict when the payment has another one.
    """
    number = request.card.number.get_secret_value()
    async with database.transaction() as session:
        before = await charge_of(session, request.payment_id)
        if before is not None:
            same = (before.amount_cents, before.currency, before.last4)
            if same != (request.amount_cents, request.currency, number[-4:]):
                raise Conflict("This payment was sent before with another amount or card.")
            return as_charge(before), max(0.0, before.decide_at - time.time())
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
        return as_charge(await find(session, request.payment_id)), delay


async def refund(*, database: Database, payment_id: str) -> RefundResponse:
    """Give the whole amount back. Raises NotFound, or Conflict when nothing was taken."""
    async with database.transaction() as session:
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
        return as_refund(found)


async def decide_due(session: AsyncSession) -> list[ChargeStatus]:
    """Decide the charges that are due, and note the calls back that follow; what became of each."""
    now = time.time()
    due = (charges.c.status == "processing", charges.c.decide_at <= now)
    found = list(
        (await session.execute(select(charges).where(*due).order_by(charges.c.decide_at).limit(200))).all()
    )
    cards = [_card(charge) for charge in found]
    for charge, card in zip(found, cards, strict=True):
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
    return [card.outcome for card in cards]


def _card(charge: Row[Any]) -> Card:
    """The card that decides a charge. While the drill lasts it is always the declined one."""
    if flags.are_on and flags.value("provider-declines"):
        return DECLINED
    return by_last4(charge.last4)


async def forget_calls(session: AsyncSession, most: int) -> int:
    """Delete calls back that have ended and are a week old, at most so many; how many. The charges stay."""
    old = select(calls.c.seq).where(ENDED, calls.c.created_at <= time.time() - _CALLS_KEPT).limit(most)
    done = await session.execute(delete(calls).where(calls.c.seq.in_(old)))
    return int(cast(CursorResult[Any], done).rowcount)
