"""What the order service does when something happens elsewhere. Every effect runs once, in one transaction.

An event that finds its order in a state that forbids the move changes nothing: it came twice or late.
"""

from collections.abc import Mapping

from observability.logging import get_logger
from services.order.commands import locked, move
from services.order.history import learn_product
from services.order.statements import Standing
from services.order.states import Reason, Status, reason_of_failure
from services.shared.database import Transaction
from services.shared.events.contracts import (
    PaymentFailed,
    PaymentRefunded,
    PaymentSucceeded,
    ProductChanged,
    StockRejected,
    StockReserved,
)
from services.shared.events.envelope import MisfitError
from services.shared.events.inbox import Effect

__all__ = ["PAYMENTS", "PRODUCTS", "STOCK"]

_log = get_logger("orders")


async def _order_of(transaction: Transaction, order_id: str) -> Standing:
    order = await locked(transaction, order_id)
    if order is None:  # cannot be: our own commit came first; so it is retried, then kept as a dead letter
        raise LookupError(f"no order {order_id}")
    return order


async def _stock_reserved(transaction: Transaction, reserved: StockReserved) -> bool:
    order = await _order_of(transaction, reserved.order_id)
    return order.status == Status.PENDING and await move(transaction, order, Status.AWAITING_PAYMENT)


async def _stock_rejected(transaction: Transaction, rejected: StockRejected) -> bool:
    order = await _order_of(transaction, rejected.order_id)
    return await move(transaction, order, Status.REJECTED, reason=rejected.reason, code=Reason.OUT_OF_STOCK)


async def _payment_succeeded(transaction: Transaction, payment: PaymentSucceeded) -> bool:
    order = await _order_of(transaction, payment.order_id)
    _check_amount(order, payment)
    return await move(transaction, await _retried(transaction, order), Status.PAID, payment_id=payment.payment_id)


async def _payment_failed(transaction: Transaction, failed: PaymentFailed) -> bool:
    order = await _retried(transaction, await _order_of(transaction, failed.order_id))
    code = reason_of_failure(failed.reason)
    return await move(transaction, order, Status.PAYMENT_FAILED, reason=failed.reason, code=code)


async def _retried(transaction: Transaction, order: Standing) -> Standing:
    """A result for an order whose payment had failed is that of another attempt, which made it wait again."""
    if order.status == Status.PAYMENT_FAILED:
        await move(transaction, order, Status.AWAITING_PAYMENT)
    return order


async def _payment_refunded(transaction: Transaction, payment: PaymentRefunded) -> bool:
    # The order was cancelled before the money came, or the payment had failed before: it stays as it is.
    _check_amount(await _order_of(transaction, payment.order_id), payment)
    _log.info("order.refunded", order_id=payment.order_id, payment_id=payment.payment_id)
    return True


def _check_amount(order: Standing, payment: PaymentSucceeded | PaymentRefunded) -> None:
    """Raises MisfitError when the money is not the order's.

    The order is then not paid; the dead letter is alerted about. Unpaid, it expires, and its cancellation makes
    the payment service give back whatever was taken.
    """
    if (payment.amount_cents, payment.currency) != (order.total_cents, order.currency):
        _log.error(
            "payment.wrong_amount",
            order_id=order.id,
            payment_id=payment.payment_id,
            amount_cents=payment.amount_cents,
            currency=payment.currency,
            total_cents=order.total_cents,
        )
        raise MisfitError(f"payment {payment.payment_id} is not of the amount of order {order.id}")


async def _product_changed(transaction: Transaction, product: ProductChanged) -> bool:
    return await learn_product(
        transaction,
        product_id=product.product_id,
        name=product.name,
        image_url=product.image_url,
        version=product.version,
    )


STOCK: Mapping[str, Effect] = {"stock.reserved": _stock_reserved, "stock.rejected": _stock_rejected}
PAYMENTS: Mapping[str, Effect] = {
    "payment.succeeded": _payment_succeeded,
    "payment.failed": _payment_failed,
    "payment.refunded": _payment_refunded,
}
PRODUCTS: Mapping[str, Effect] = {"product.changed": _product_changed}
