"""The states of an order, and which may follow which."""

from enum import StrEnum

__all__ = ["MOVES", "UNPAID", "Reason", "Status"]


class Status(StrEnum):
    """An order's state."""

    PENDING = "pending"  # placed; stock not yet decided
    AWAITING_PAYMENT = "awaiting_payment"  # stock is reserved
    PAYMENT_FAILED = "payment_failed"  # declined; the customer may try again
    PAID = "paid"
    FULFILLED = "fulfilled"  # sent off; an admin says so
    REJECTED = "rejected"  # no stock
    CANCELLED = "cancelled"  # by the customer, an admin, or time


class Reason(StrEnum):
    """Why an order went its way: a closed list, beside the words of whoever decided."""

    OUT_OF_STOCK = "out_of_stock"
    CARD_DECLINED = "card_declined"
    PAYMENT_FAILED = "payment_failed"  # for another reason than the card
    EXPIRED = "expired"
    CANCELLED_BY_CUSTOMER = "cancelled_by_customer"
    CANCELLED_BY_ADMIN = "cancelled_by_admin"


MOVES: dict[Status, frozenset[Status]] = {
    Status.PENDING: frozenset({Status.AWAITING_PAYMENT, Status.REJECTED, Status.CANCELLED}),
    Status.AWAITING_PAYMENT: frozenset({Status.PAID, Status.PAYMENT_FAILED, Status.CANCELLED}),
    Status.PAYMENT_FAILED: frozenset({Status.AWAITING_PAYMENT, Status.CANCELLED}),
    Status.PAID: frozenset({Status.FULFILLED}),
    Status.FULFILLED: frozenset(),
    Status.REJECTED: frozenset(),
    Status.CANCELLED: frozenset(),
}
UNPAID = frozenset({Status.PENDING, Status.AWAITING_PAYMENT, Status.PAYMENT_FAILED})
"""The states from which an order expires."""
