"""Accept a payment: what is promised with 202 is in the database, and the settle loop keeps it."""

from typing import Annotated

from pydantic import StringConstraints
from sqlalchemy import exists, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from observability import request_id
from observability.logging import get_logger
from observability.tracing import annotate, current_traceparent
from services.payment import queries
from services.payment.models import ONE_OPEN, CancelledOrder, Payment
from services.payment.results import lock_order
from services.payment.schemas import PaymentRequest, PaymentView
from services.payment.states import Status
from services.payment.vault import Vault
from services.shared import idempotency
from services.shared.answers import Answer, Cents, Currency
from services.shared.auth import User
from services.shared.database import Database, after_commit
from services.shared.errors import Conflict, Forbidden, NotFound, Unauthorized, Unavailable
from services.shared.events.envelope import new_id
from services.shared.peer import Peer
from services.shared.schemas import Identifier

__all__ = ["accept"]

_ROUTE = "POST /api/payments"
_log = get_logger("payments")


class _Order(Answer):
    """What is asked of an order before it is paid."""

    id: Identifier
    user_id: Identifier
    status: Annotated[str, StringConstraints(pattern=r"^[a-z_]{1,32}$")]
    total_cents: Cents
    currency: Currency


async def accept(
    *,
    database: Database,
    orders: Peer,
    vault: Vault,
    attempts: int,
    user: User,
    request: PaymentRequest,
    key: str | None,
) -> tuple[PaymentView, bool]:
    """Take a payment on; second: whether it was there already by the Idempotency-Key.

    attempts: how many payments an order may have: cards are not to be tried one after another.

    No transaction is open while the order service is asked.
    """
    annotate(order_id=request.order_id)
    scope = {"user_id": user.id, "route": _ROUTE, "key": key or "", "digest": vault.fingerprint(request)}
    if key is not None:
        async with database.transaction() as session:
            before = await idempotency.known(session, **scope)
            if before is not None:
                return await queries.get_payment(session, before), True

    order = await _payable(orders, request.order_id, user)
    payment = Payment(
        id=new_id(),
        order_id=request.order_id,
        user_id=order.user_id,
        status=Status.PROCESSING,
        reason=None,
        amount_cents=order.total_cents,
        currency=order.currency,
        brand="visa",  # all test numbers are
        last4=request.card.number.get_secret_value()[-4:],
        sealed_card=vault.seal(request.card),
        traceparent=current_traceparent(),
        request_id=request_id.current(),
    )
    annotate(payment_id=payment.id)
    try:
        async with database.transaction() as session:
            if key is not None and not await idempotency.claim(session, **scope, resource_id=payment.id):
                first = await idempotency.known(session, **scope)
                assert first is not None
                return await queries.get_payment(session, first), True
            await _insert(session, payment, attempts)
            return queries.view(payment), False
    except IntegrityError as error:
        if ONE_OPEN not in str(error.orig):
            raise
        raise Conflict("This order is paid, or a payment of it is under way.", kind="already-paid") from error


async def _payable(orders: Peer, order_id: str, user: User) -> _Order:
    answer = await orders.get(f"/api/orders/{order_id}", headers={"Authorization": f"Bearer {user.token}"})
    if answer.status_code == 404:
        raise NotFound("There is no such order.")
    if answer.status_code == 401:
        raise Unauthorized("The token is not valid.")
    order = orders.read(answer, _Order)
    if order.id != order_id:
        raise Unavailable(f"{orders.name} answered with another order.")
    if order.user_id != user.id:  # an admin sees everybody's orders
        raise Forbidden("Only its owner pays an order.")
    if order.status == "pending":
        raise Conflict(
            "The order waits for its stock; try again.",
            kind="stock-not-reserved",
            retry_after=1,
            orderStatus="pending",
        )
    if order.status not in ("awaiting_payment", "payment_failed"):
        raise Conflict(f"The order is {order.status}.", kind="wrong-state", orderStatus=order.status)
    return order


async def _insert(session: AsyncSession, payment: Payment, attempts: int) -> None:
    await lock_order(session, payment.order_id)
    of_order = select(
        select(func.count()).select_from(Payment).where(Payment.order_id == payment.order_id).scalar_subquery(),
        exists().where(CancelledOrder.order_id == payment.order_id),
    )
    before, cancelled = (await session.execute(of_order)).one()
    if cancelled:
        raise Conflict("The order is cancelled.", kind="wrong-state", orderStatus="cancelled")
    if before >= attempts:
        raise Conflict(
            f"This order had {attempts} payments; cancel it and place a new one.",
            kind="too-many-payments",
            maxPayments=attempts,
        )
    session.add(payment)
    payment.next_check_at = func.now()
    await session.flush()  # brings the times, which the database's clock decides
    after_commit(session, lambda: _tell(payment.id, payment.order_id, payment.amount_cents, payment.currency))


def _tell(payment_id: str, order_id: str, amount_cents: int, currency: str) -> None:
    _log.info(
        "payment.accepted", payment_id=payment_id, order_id=order_id, amount_cents=amount_cents, currency=currency
    )
