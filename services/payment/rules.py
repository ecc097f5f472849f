"""Limits and waits of payments, as plain functions."""

from datetime import datetime, timedelta
from typing import Literal

from services.payment.states import Status
from services.shared.backoff import doubled

__all__ = [
    "Step",
    "has_attempts_left",
    "is_card_stale",
    "is_charge_lost",
    "next_step",
    "seconds_to_ask",
    "seconds_to_retry",
]

Step = Literal["charge", "ask", "refund"]
_CARD_KEPT = timedelta(hours=24)
_ON_ITS_WAY = timedelta(minutes=2)
_LONGEST_ASK = 60.0  # seconds between two questions
_LONGEST_RETRY = 5.0  # seconds between two tries to reach a provider that is down


def has_attempts_left(payments: int, limit: int) -> bool:
    """Whether an order that had so many payments may have one more: cards are not to be tried one by one."""
    return payments < limit


def next_step(status: Status, *, has_card: bool) -> Step:
    """What is left to do for a payment: the card is erased as soon as the provider has accepted the charge."""
    if status is Status.REFUNDING:
        return "refund"
    return "charge" if has_card else "ask"


def is_card_stale(accepted_at: datetime, now: datetime) -> bool:
    """Whether a sealed card was kept for as long as one may be."""
    return now - accepted_at > _CARD_KEPT


def is_charge_lost(erased_at: datetime, now: datetime) -> bool:
    """Whether a charge that the provider does not know will not come any more.

    erased_at: when the card was, after which no request was sent; one from before may have been on its way.
    """
    return now - erased_at > _ON_ITS_WAY


def seconds_to_ask(attempts: int, first: float) -> float:
    """How long to wait before the provider, which has no result yet, is asked again."""
    return doubled(first, attempts + 1, _LONGEST_ASK)


def seconds_to_retry(attempts: int, first: float) -> float:
    """How long to wait before a provider that did not answer is called again."""
    return doubled(first, attempts, _LONGEST_RETRY)
