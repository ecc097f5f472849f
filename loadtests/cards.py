"""The test cards, by what becomes of a charge; card processors have such numbers."""

from collections.abc import Mapping

__all__ = ["CARDS", "card"]

CARDS: Mapping[str, str] = {
    "good": "4242424242424242",
    "declined": "4000000000000002",
    "slow": "4000000000000077",
    "silent": "4000000000000259",  # the provider never calls back: one has to ask it
    "twice": "4000000000000341",  # it calls back twice and out of order
}


def card(kind: str) -> dict[str, object]:
    """What a payment is sent with."""
    return {"number": CARDS[kind], "expMonth": 12, "expYear": 2040, "cvc": "123"}
