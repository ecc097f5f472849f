"""Everything that changes a payment: it is accepted, concluded, refunded, or its order is cancelled.

What is promised with 202 is in the database, and the settle loop (settle.py) does it.

A cancelled order keeps no money, in whatever order things happen. Three transactions meet there:

    accept  (`accept`)         looks for the tombstone, inserts the payment
    result  (`conclude`)       sets succeeded, or refunding when there is a tombstone or the payment had failed
    cancel  (`cancel_order`)   inserts the tombstone, sets what has succeeded to refunding

Each takes the order's lock first (`lock_order`) and holds it until its commit, so they run one after another,
and each reads with a statement that begins after it has the lock (READ COMMITTED: such a statement sees all
that was committed before). All the ways are then:

    accept, result, cancel     cancel finds `succeeded`, makes it refunding
    accept, cancel, result     cancel leaves `processing` alone; result finds the tombstone: refunding
                               (a card that was not sent by then is never sent: settle.py)
    cancel, accept             accept finds the tombstone: refused, nothing is charged
    the first two with two transactions at once: the lock makes one of them the first

Row locks alone would not do. A cancel that looks for payments while the insert is not yet committed sees none,
and a result that comes before that cancel's commit sees no tombstone; and `WHERE status = 'succeeded' FOR UPDATE`
skips a row that becomes so while the lock is waited for. The row is locked besides, against the settle loop,
which changes other columns without the order's lock.
"""

from datetime import datetime, timedelta
from typing import Any, Literal, cast

from asyncpg import UniqueViolationError
from sqlalchemy import Table, and_, exists

from observability import request_id
from observability.logging import get_logger
from observability.metrics import exemplar
from observability.spans import annotate, current_traceparent
from services.payment import metrics, queries
from services.payment.models import ONE_OPEN, CancelledOrder, Payment
from services.payment.orders import Orders
from services.payment.rules import has_attempts_left
from services.payment.schemas import PaymentRequest, PaymentResponse
from services.payment.statements import (
    ACCEPT,
    CONCLUDE,
    LOCK,
    LOCK_OF,
    LOCKED,
    MARK_CANCELLED,
    OF_ORDER,
    REFUNDED,
    START_REFUND,
)
from services.payment.states import Failure, Status, after_charge, may_follow
from services.payment.vault import Vault
from services.shared.auth import Caller
from services.shared.database import Database, Transaction
from services.shared.errors import Conflict, ProblemError
from services.shared.events import contracts
from services.shared.events.envelope import new_id
from services.shared.events.outbox import add_event
from services.shared.housekeeping import WEEK_OLD, Passing
from services.shared.idempotency import KeyUse
from services.shared.prepared import Record

__all__ = ["OLD_TOMBSTONES", "Outcome", "accept", "cancel_order", "conclude", "lock_order", "refunded"]

Outcome = Literal["applied", "duplicate", "unknown", "contradiction"]
_ROUTE = "POST /api/payments"
_LATE = "late"  # why a charge is given back that succeeded after its payment had failed
_UNDER_WAY = (Status.PROCESSING, Status.REFUNDING)
OLD_TOMBSTONES = Passing(
    cast(Table, CancelledOrder.__table__),
    and_(
        CancelledOrder.cancelled_at <= WEEK_OLD,
        ~exists().where(Payment.order_id == CancelledOrder.order_id, Payment.status.in_(_UNDER_WAY)),
    ),
)
"""Nothing needs them: no payment of these orders is under way, and the order service allows no new one."""
_log = get_logger("payments")


async def accept(
    *,
    database: Database,
    orders: Orders,
    vault: Vault,
    attempts: int,
    user: Caller,
    request: PaymentRequest,
    key: str | None,
) -> tuple[PaymentResponse, bool]:
    """Take a payment on; second: whether it was there already by the Idempotency-Key.

    attempts: how many payments an order may have: cards are not to be tried one after another.

    No transaction is open while the order service is asked.
    """
    annotate(order_id=request.order_id)
    use = KeyUse(user.id, _ROUTE, key, vault.fingerprint(request))
    if before := await use.known(database):
        return await queries.get_payment(database, before), True

    try:
        order = await orders.payable(request.order_id, user)
    except ProblemError:
        # The first request with this key may have paid the order meanwhile.
        if before := await use.known(database):
            return await queries.get_payment(database, before), True
        raise
    payment: dict[str, Any] = {
        "id": new_id(),
        "order_id": request.order_id,
        "user_id": order.user_id,
        "amount_cents": order.total_cents,
        "currency": order.currency,
        "last4": request.card.number.get_secret_value()[-4:],
        "sealed_card": vault.seal(request.card),
        "traceparent": current_traceparent(),
        "request_id": request_id.current(),
    }
    annotate(payment_id=payment["id"])
    try:
        async with database.transaction() as transaction:
            if await use.claim(transaction, payment["id"]):
                return queries.view(await _insert(transaction, payment, attempts)), False
    except UniqueViolationError as error:
        if error.constraint_name != ONE_OPEN:
            raise
        raise Conflict("This order is paid, or a payment of it is under way.", kind="already-paid") from error
    return await queries.get_payment(database, await use.made_by_other(database)), True


async def lock_order(transaction: Transaction, order_id: str) -> None:
    """Wait for, and hold until the transaction ends, the right to decide about the payments of an order."""
    await transaction.run(LOCK, order_id=order_id)


async def _lock_order_of(transaction: Transaction, payment_id: str) -> str | None:
    """Lock the order of a payment; the order's id, if there is such a payment."""
    found = await transaction.run(LOCK_OF, id=payment_id)
    return found[0].order_id if found else None


async def conclude(
    database: Database,
    *,
    payment_id: str,
    succeeded: bool,
    failure: Failure | None = None,
    charge_id: str | None = None,
) -> Outcome:
    """Write the final result of a charge. A success that contradicts a failure is given back."""
    async with database.transaction() as transaction:
        order_id = await _lock_order_of(transaction, payment_id)
        if order_id is None:
            return "unknown"
        annotate(payment_id=payment_id, order_id=order_id)
        payment, now, cancelled_for = await _locked(transaction, payment_id)
        cancelled = succeeded and cancelled_for is not None
        after = after_charge(Status(payment.status), succeeded=succeeded, cancelled=cancelled)
        is_late = payment.status == Status.FAILED and after is Status.REFUNDING
        if is_late or after == "contradiction":
            _log.error("payment.contradiction", payment_id=payment_id, known=payment.status, succeeded=succeeded)
        if not isinstance(after, Status):
            return after
        # A late success leaves why the payment had failed.
        reason = payment.reason if succeeded else failure
        await transaction.run(
            CONCLUDE,
            for_id=payment_id,
            to_status=after,
            to_reason=reason,
            to_charge_id=charge_id,
            to_next_check_at=now if after is Status.REFUNDING else None,
        )
        if after is Status.SUCCEEDED:
            event = contracts.PaymentSucceeded(
                payment_id=payment_id,
                order_id=order_id,
                amount_cents=payment.amount_cents,
                currency=payment.currency,
            )
            await add_event(transaction, "payment.succeeded", event, key=f"{payment_id}-succeeded")
        elif after is Status.FAILED:
            failed = contracts.PaymentFailed(
                payment_id=payment_id, order_id=order_id, reason=failure or Failure.DECLINED
            )
            await add_event(transaction, "payment.failed", failed, key=f"{payment_id}-failed")
        if is_late:  # its result was counted when it failed
            return "contradiction"
        waited = None if cancelled_for is not None and not succeeded else now - payment.created_at
        transaction.after_commit(lambda: _count_result(payment, succeeded, after, reason, waited))
    return "applied"


async def cancel_order(transaction: Transaction, order_id: str, reason: Literal["expired", "cancelled"]) -> bool:
    """Take no money for this order any more, and give back what was taken. False when that was known."""
    annotate(order_id=order_id)
    await lock_order(transaction, order_id)
    is_new = await transaction.run(MARK_CANCELLED, the_order_id=order_id, the_reason=reason)
    refunding = await transaction.run(START_REFUND, of_order=order_id)
    return bool(is_new or refunding)


async def refunded(database: Database, payment_id: str) -> None:
    """Write that the provider has given the money back."""
    async with database.transaction() as transaction:
        payment, _, cancelled_for = await _locked(transaction, payment_id)
        if not may_follow(Status(payment.status), Status.REFUNDED):
            return
        reason = _LATE if payment.reason else cancelled_for
        assert reason is not None  # the two ways into `refunding`
        await transaction.run(REFUNDED, for_id=payment_id)
        event = contracts.PaymentRefunded(
            payment_id=payment_id,
            order_id=payment.order_id,
            amount_cents=payment.amount_cents,
            currency=payment.currency,
            reason=reason,
        )
        await add_event(transaction, "payment.refunded", event, key=f"{payment_id}-refunded")
        transaction.after_commit(lambda: _count_refund(payment, reason))


async def _insert(transaction: Transaction, payment: dict[str, Any], attempts: int) -> Record:
    await lock_order(transaction, payment["order_id"])
    [(before, cancelled)] = await transaction.run(OF_ORDER, order_id=payment["order_id"])
    if cancelled:
        raise Conflict("The order is cancelled.", kind="wrong-state", orderStatus="cancelled")
    if not has_attempts_left(before, attempts):
        raise Conflict(
            f"This order had {attempts} payments; cancel it and place a new one.",
            kind="too-many-payments",
            maxPayments=attempts,
        )
    [accepted] = await transaction.run(ACCEPT, **{f"the_{name}": value for name, value in payment.items()})
    transaction.after_commit(lambda: _log_accepted(accepted))
    return accepted


def _log_accepted(payment: Record) -> None:
    _log.info(
        "payment.accepted",
        payment_id=payment.id,
        order_id=payment.order_id,
        amount_cents=payment.amount_cents,
        currency=payment.currency,
    )


async def _locked(transaction: Transaction, payment_id: str) -> tuple[Record, datetime, str | None]:
    [payment] = await transaction.run(LOCKED, id=payment_id)
    return payment, payment.now, payment.cancelled_for


def _count_result(
    payment: Record, succeeded: bool, status: Status, reason: str | None, waited: timedelta | None
) -> None:
    """waited: how long somebody did; None for the card of a cancelled order that was not charged."""
    outcome = "succeeded" if succeeded else "failed"
    metrics.payments.labels(outcome).inc()
    if waited is not None:
        metrics.payment_duration.observe(max(0.0, waited.total_seconds()), exemplar())
    _log.info(
        "payment.decided",
        payment_id=payment.id,
        order_id=payment.order_id,
        outcome=outcome,
        status=status,
        reason=reason,
        **({} if waited is None else {"seconds": round(waited.total_seconds(), 3)}),
    )


def _count_refund(payment: Record, reason: str) -> None:
    metrics.refunds.labels(reason if reason in ("expired", _LATE) else "cancelled").inc()
    _log.info("refund.done", payment_id=payment.id, order_id=payment.order_id, reason=reason)
