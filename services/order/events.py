"""What the order service does when something happens elsewhere. Every effect runs once, in one transaction.

An event that finds its order in a state that forbids the move changes nothing: it came twice or late.
"""

from collections.abc import Mapping

from sqlalchemy.ext.asyncio import AsyncSession

from observability.logging import get_logger
from services.order.commands import locked, move
from services.order.history import learn_product
from services.order.models import Order
from services.order.states import Status
from services.shared.events import Event
from services.shared.inbox import Effect

__all__ = ["PAYMENTS", "PRODUCTS", "STOCK"]

_log = get_logger("orders")


async def _order_of(session: AsyncSession, event: Event) -> Order:
    order = await locked(session, event.data["orderId"])
    if order is None:  # cannot be: our own commit came first; so it is retried, then kept as a dead letter
        raise LookupError(f"no order {event.data['orderId']}")
    return order


async def _stock_reserved(session: AsyncSession, event: Event) -> bool:
    order = await _order_of(session, event)
    return order.status == Status.PENDING and await move(session, order, Status.AWAITING_PAYMENT)


async def _stock_rejected(session: AsyncSession, event: Event) -> bool:
    return await move(session, await _order_of(session, event), Status.REJECTED, reason=event.data["reason"])


async def _payment_succeeded(session: AsyncSession, event: Event) -> bool:
    order = await _retried(session, await _order_of(session, event))
    return await move(session, order, Status.PAID, payment_id=event.data["paymentId"])


async def _payment_failed(session: AsyncSession, event: Event) -> bool:
    order = await _retried(session, await _order_of(session, event))
    return await move(session, order, Status.PAYMENT_FAILED, reason=event.data["reason"])


async def _retried(session: AsyncSession, order: Order) -> Order:
    """A result for an order whose payment had failed is that of another attempt, which made it wait again."""
    if order.status == Status.PAYMENT_FAILED:
        await move(session, order, Status.AWAITING_PAYMENT)
    return order


async def _payment_refunded(_: AsyncSession, event: Event) -> bool:
    # The order was cancelled before the money came; it stays cancelled.
    _log.info("order.refunded", order_id=event.data["orderId"], payment_id=event.data["paymentId"])
    return True


async def _product_changed(session: AsyncSession, event: Event) -> bool:
    data = event.data
    return await learn_product(
        session,
        product_id=data["productId"],
        name=data["name"],
        image_url=data["imageUrl"],
        version=data["version"],
    )


STOCK: Mapping[str, Effect] = {"stock.reserved": _stock_reserved, "stock.rejected": _stock_rejected}
PAYMENTS: Mapping[str, Effect] = {
    "payment.succeeded": _payment_succeeded,
    "payment.failed": _payment_failed,
    "payment.refunded": _payment_refunded,
}
PRODUCTS: Mapping[str, Effect] = {"product.changed": _product_changed}
