"""The states of a payment, which may follow which, and what a charge's result makes of one."""

from enum import StrEnum
from typing import Literal

__all__ = ["MOVES", "PAYABLE", "Failure", "Status", "after_charge", "may_follow"]


class Status(StrEnum):
    """A state of a payment, as clients see it."""

    PROCESSING = "processing"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    REFUNDING = "refunding"  # the order was cancelled, or the charge came too late: it is to be given back
    REFUNDED = "refunded"


class Failure(StrEnum):
    """Why a payment failed. A closed list: the provider's own words become no code and no label."""

    CARD_DECLINED = "card_declined"
    DECLINED = "declined"  # for a reason that the provider may name, and we do not know
    REFUSED_BY_PROVIDER = "refused_by_provider"  # our request was not good
    UNKNOWN_TO_PROVIDER = "unknown_to_provider"


MOVES: dict[Status, frozenset[Status]] = {
    Status.PROCESSING: frozenset({Status.SUCCEEDED, Status.FAILED, Status.REFUNDING}),
    Status.SUCCEEDED: frozenset({Status.REFUNDING}),
    Status.REFUNDING: frozenset({Status.REFUNDED}),
    Status.FAILED: frozenset({Status.REFUNDING}),  # it was charged all the same
    Status.REFUNDED: frozenset(),
}
PAYABLE = frozenset({"awaiting_payment", "payment_failed"})
"""The states of an order in which it takes a payment."""


def may_follow(before: Status, after: Status) -> bool:
    """Whether a payment that is `before` may become `after`."""
    return after in MOVES[before]


def after_charge(
    before: Status, *, succeeded: bool, cancelled: bool
) -> Status | Literal["duplicate", "contradiction"]:
    """What the result of a charge makes of a payment.

    duplicate: the result is the one that is known. contradiction: it is the opposite of it.
    cancelled: the order is, so that it keeps no money. A payment that has failed keeps none either: the customer
    was told so, and may have paid again.
    """
    if before is Status.PROCESSING:
        took = Status.REFUNDING if cancelled else Status.SUCCEEDED
        return took if succeeded else Status.FAILED
    if before is Status.FAILED:
        return Status.REFUNDING if succeeded else "duplicate"
    return "duplicate" if succeeded else "contradiction"
