"""What is known of the payments of an order."""

from typing import Any

from sqlalchemy import Row, bindparam, select

from services.payment.models import Payment
from services.payment.schemas import CardResponse, OrderPaymentsResponse, PaymentResponse
from services.payment.states import Status
from services.shared.auth import Caller
from services.shared.database import Database
from services.shared.errors import NotFound
from services.shared.prepared import Prepared, Record

__all__ = ["get_payment", "payments_of_order", "view"]

_PAYMENT = Prepared(select(Payment).where(Payment.id == bindparam("id")))


async def get_payment(database: Database, payment_id: str) -> PaymentResponse:
    """The payment with this id, which is known to be there."""
    [row] = await database.ask(_PAYMENT, id=payment_id)
    return view(row)


async def payments_of_order(database: Database, order_id: str, user: Caller) -> OrderPaymentsResponse:
    """The latest payment of an order and all attempts. Raises NotFound, also for other people's."""
    statement = select(Payment).where(Payment.order_id == order_id).order_by(Payment.created_at.desc())
    found = await database.read(statement.order_by(Payment.id.desc()))
    if not found or not (user.is_admin or user.id == found[0].user_id):
        raise NotFound("This order has no payment.")
    attempts = [view(payment) for payment in found]
    return OrderPaymentsResponse(**attempts[0].model_dump(), attempts=attempts)


def view(payment: Row[Any] | Record) -> PaymentResponse:
    """A payment as its customer sees it."""
    return PaymentResponse(
        id=payment.id,
        order_id=payment.order_id,
        status=Status(payment.status),
        amount_cents=payment.amount_cents,
        currency=payment.currency,
        card=CardResponse(brand=payment.brand, last4=payment.last4),
        reason=payment.reason,
        created_at=payment.created_at,
        updated_at=payment.updated_at,
    )
