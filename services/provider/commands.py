"""Everything that changes the ledger: a charge and a refund, each at most once for a payment, and the decision."""

import time
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, insert, select, update

from observability import request_id
from observability.logging import get_logger
from observability.spans import current_traceparent
from services.provider.cards import CARDS, DECLINED, Card, ChargeStatus, by_last4
from services.provider.ledger import Ledger
from services.provider.models import ENDED, calls, charges, refunds
from services.provider.queries import as_charge, as_refund, find
from services.provider.schemas import ChargeRequest, ChargeResponse, RefundResponse
from services.provider.settings import Settings
from services.shared.errors import Conflict
from services.shared.events.envelope import new_id
from services.shared.flags import flags

__all__ = ["charge", "decide_due", "forget_calls", "refund"]

_CALLS_KEPT = 7 * 86_400.0  # seconds
_AT_ONCE = 200  # charges that are decided together

_log = get_logger("ledger")


# A charge that is there already stays as it is.
_ENTER = insert(charges).prefix_with("OR IGNORE").returning(charges)
_DUE = (
    select(charges)
    .where(charges.c.status == "processing", charges.c.decide_at <= bindparam("now"))
    .order_by(charges.c.decide_at)
    .limit(_AT_ONCE)
)
_DECIDE = (
    update(charges)
    .where(charges.c.seq == bindparam("of_seq"))
    .values(status=bindparam("outcome"), reason=bindparam("why"), decided_at=bindparam("now"))
)
_CALL = insert(calls)
_FORGET = delete(calls).where(
    calls.c.seq.in_(
        select(calls.c.seq).where(ENDED, calls.c.created_at <= bindparam("before")).limit(bindparam("most"))
    )
)


async def charge(*, ledger: Ledger, request: ChargeRequest, settings: Settings) -> tuple[ChargeResponse, float]:
    """Enter a charge, to be decided after a while; second: in how many seconds.

    Raises Conflict when the payment has another one.
    """
    number = request.card.number.get_secret_value()
    delay = settings.provider_slow_seconds if CARDS[number].slow else settings.provider_delay_seconds
    now = time.time()
    wanted = {
        "charge_id": new_id(),
        "payment_id": request.payment_id,
        "amount_cents": request.amount_cents,
        "currency": request.currency,
        "brand": "visa",  # all test numbers are
        "last4": number[-4:],
        "status": "processing",
        "callback_url": str(request.callback_url),
        "traceparent": current_traceparent(),
        "request_id": request_id.current(),
        "created_at": now,
        "decide_at": now + delay,
    }

    def enter(connection: Connection) -> tuple[Row[Any], bool]:
        entered = connection.execute(_ENTER, wanted).first()
        return entered or find(connection, request.payment_id), entered is not None

    entry, is_new = await ledger.transaction(enter)
    if is_new:
        _log.info("charge.entered", payment_id=request.payment_id, amount_cents=request.amount_cents)
    elif (entry.amount_cents, entry.currency, entry.last4) != (
        request.amount_cents,
        request.currency,
        number[-4:],
    ):
        detail = "This payment was sent before with another amount or card."
        raise Conflict(detail, paymentId=request.payment_id)
    return as_charge(entry), max(0.0, entry.decide_at - now)


async def refund(*, ledger: Ledger, payment_id: str) -> RefundResponse:
    """Give the whole amount back. Raises NotFound, or Conflict when nothing was taken."""

    def give_back(connection: Connection) -> Row[Any]:
        found = find(connection, payment_id)
        if found.status != "succeeded":
            raise Conflict(
                "Only a charge that succeeded can be refunded.", kind="wrong-state", chargeStatus=found.status
            )
        if found.refund_id is None:
            given = {"payment_id": payment_id, "refund_id": new_id(), "created_at": time.time()}
            connection.execute(insert(refunds).values(given))
            _log.info("refund.entered", payment_id=payment_id, amount_cents=found.amount_cents)
            found = find(connection, payment_id)
        return found

    return as_refund(await ledger.transaction(give_back))


def decide_due(ledger: Connection) -> list[ChargeStatus]:
    """Decide the charges that are due, and note the calls back that follow; what became of each."""
    now = time.time()
    found = ledger.execute(_DUE, {"now": now}).all()
    cards = [_card(charge) for charge in found]
    for charge, card in zip(found, cards, strict=True):
        decided = {"of_seq": charge.seq, "outcome": card.outcome, "why": card.reason, "now": now}
        ledger.execute(_DECIDE, decided)
        for status, sequence in card.calls:
            call = {"payment_id": charge.payment_id, "status": status, "sequence": sequence}
            ledger.execute(_CALL, {**call, "created_at": now, "next_try_at": now})
    return [card.outcome for card in cards]


def _card(charge: Row[Any]) -> Card:
    """The card that decides a charge. While the drill lasts it is always the declined one."""
    if flags.are_on and flags.value("provider-declines"):
        return DECLINED
    return by_last4(charge.last4)


def forget_calls(ledger: Connection, most: int) -> int:
    """Delete calls back that have ended and are a week old, at most so many; how many. The charges stay."""
    return ledger.execute(_FORGET, {"before": time.time() - _CALLS_KEPT, "most": most}).rowcount
