"""The states of a payment.

processing -> succeeded | failed; processing -> refunding when the order was cancelled meanwhile;
succeeded -> refunding; refunding -> refunded.
"""

from enum import StrEnum

__all__ = ["Failure", "Status"]


class Status(StrEnum):
    """A state of a payment, as clients see it."""

    PROCESSING = "processing"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    REFUNDING = "refunding"
    REFUNDED = "refunded"


class Failure(StrEnum):
    """Why a payment failed. A closed list: the provider's own words become no code and no label."""

    CARD_DECLINED = "card_declined"
    DECLINED = "declined"  # for a reason that the provider may name, and we do not know
    REFUSED_BY_PROVIDER = "refused_by_provider"  # our request was not good
    UNKNOWN_TO_PROVIDER = "unknown_to_provider"
