"""What may become of the stock of an order, and what is asked for when it is reserved.

deciding -> reserved -> committed
                     -> released
         -> rejected             some line had too little; nothing stays reserved
         -> released             cancelled before it was decided (a tombstone, if it was not even known)
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, Literal

__all__ = ["DECIDING", "Decision", "State", "is_announced", "may_follow", "merged"]

Decision = Literal["reserved", "rejected", "committed", "released"]
State = Literal["deciding", "reserved", "rejected", "committed", "released"]
DECIDING: State = "deciding"
_MOVES: dict[State, frozenset[State]] = {
    "deciding": frozenset({"reserved", "rejected", "released"}),
    "reserved": frozenset({"committed", "released"}),
    "rejected": frozenset(),
    "committed": frozenset(),
    "released": frozenset(),
}


def may_follow(before: State, after: Decision) -> bool:
    """Whether the stock of an order that is `before` may become `after`."""
    return after in _MOVES[before]


def is_announced(decision: State) -> bool:
    """Whether somebody waits for this decision. An order that is paid or cancelled waits for none any more."""
    return decision in ("reserved", "rejected")


def merged(lines: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Lines of {productId, quantity} with one line a product, and the products in one order for all orders.

    By that order, workers that reserve for different orders never wait for each other in a circle.
    """
    quantities: Counter[str] = Counter()
    for line in lines:
        quantities[line["productId"]] += line["quantity"]
    return [{"productId": product, "quantity": quantity} for product, quantity in sorted(quantities.items())]
