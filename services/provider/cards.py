"""The test cards: the number alone decides what becomes of a charge, as card processors have it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

__all__ = ["CARDS", "DECLINED", "Card", "ChargeStatus", "by_last4"]

ChargeStatus = Literal["processing", "succeeded", "declined"]


@dataclass(frozen=True)
class Card:
    """How a charge ends, and which calls back it makes: (status, sequence), sent in this order."""

    number: str
    outcome: ChargeStatus = "succeeded"
    reason: str | None = None
    slow: bool = False
    calls: Sequence[tuple[ChargeStatus, int]] = (("succeeded", 2),)


DECLINED = Card("4000000000000002", outcome="declined", reason="card_declined", calls=[("declined", 2)])
CARDS = {
    card.number: card
    for card in (
        Card("4242424242424242"),
        DECLINED,
        Card("4000000000000077", slow=True),
        Card("4000000000000259", calls=[]),  # never calls back: one has to ask
        Card("4000000000000341", calls=[("succeeded", 2), ("processing", 1), ("succeeded", 2)]),
    )
}
_BY_LAST4 = {card.number[-4:]: card for card in CARDS.values()}


def by_last4(last4: str) -> Card:
    """The card of a charge in the ledger, which keeps no more than these four digits."""
    return _BY_LAST4[last4]
