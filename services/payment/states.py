"""The states of a payment.

processing -> succeeded | failed; processing -> refunding when the order was cancelled meanwhile;
succeeded -> refunding; refunding -> refunded.
"""

from enum import StrEnum

__all__ = ["Status"]


class Status(StrEnum):
    """A state of a payment, as clients see it."""

    PROCESSING = "processing"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    REFUNDING = "refunding"
    REFUNDED = "refunded"
