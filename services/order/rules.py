"""The lines of an order and their total, what an account may have unpaid and for how long, as plain functions."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

__all__ = ["Allowance", "Line", "is_expected", "seconds_to_look", "total_of", "units_of"]

_SHORTEST_REST, _LONGEST_REST = 1.0, 10.0  # seconds between two looks for what has expired


class Line(Protocol):
    """What a total needs of a line of an order. A later price changes nothing."""

    unit_price_cents: int
    quantity: int


def total_of(lines: Iterable[Line]) -> int:
    """What the lines cost together, in minor units."""
    return sum(line.unit_price_cents * line.quantity for line in lines)


def units_of(lines: Iterable[Line]) -> int:
    """How many pieces the lines are together."""
    return sum(line.quantity for line in lines)


def is_expected(total_cents: int, expected_cents: int | None) -> bool:
    """Whether a total is the one that the customer has seen, if one was named."""
    return expected_cents is None or expected_cents == total_cents


def seconds_to_look(age: float, expiry: float) -> float:
    """How long to wait before expired orders are looked for again: until the oldest of the others expires.

    age: of that one, in seconds. expiry: how old an unpaid order may become.
    """
    return min(_LONGEST_REST, max(_SHORTEST_REST, expiry - age))


@dataclass(frozen=True, slots=True)
class Allowance:
    """What one account may have unpaid: so many orders, and so many units in all of them together."""

    orders: int
    units: int

    def has_room(self, *, orders: int, reserved: int, units: int) -> bool:
        """Whether one more order of `units` fits, beside the `orders` that hold `reserved` units."""
        return orders < self.orders and reserved + units <= self.units
