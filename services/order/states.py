"""The states of an order, which may follow which, who may ask for one, and why an order came into it."""

from enum import StrEnum

__all__ = [
    "MOVES",
    "SOLD",
    "UNPAID",
    "Reason",
    "Status",
    "may_ask_for",
    "may_follow",
    "reason_of_cancelling",
    "reason_of_failure",
]


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
"""The states from which an order expires, and in which it holds stock for nothing."""
SOLD = frozenset({Status.PAID, Status.FULFILLED})
"""The states in which the shop keeps the money."""


def may_follow(before: Status, after: Status) -> bool:
    """Whether an order that is `before` may become `after`."""
    return after in MOVES[before]


def may_ask_for(status: Status, *, is_admin: bool) -> bool:
    """Whether a person may bring an order into this state; the others are reached by events only."""
    return status is Status.CANCELLED or (status is Status.FULFILLED and is_admin)


def reason_of_cancelling(*, is_admin: bool) -> Reason:
    """Why an order is cancelled, by who does it."""
    return Reason.CANCELLED_BY_ADMIN if is_admin else Reason.CANCELLED_BY_CUSTOMER


def reason_of_failure(code: str) -> Reason:
    """Why a payment failed, by the code of the payment service."""
    return Reason.CARD_DECLINED if code == Reason.CARD_DECLINED else Reason.PAYMENT_FAILED
