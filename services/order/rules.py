"""The lines of an order and their total, and what an account may have unpaid, as plain functions."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

__all__ = ["Allowance", "Line", "is_expected", "total_of", "units_of"]


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


@dataclass(frozen=True, slots=True)
class Allowance:
    """What one account may have unpaid: so many orders, and so many units in all of them together."""

    orders: int
    units: int

    def has_room(self, *, orders: int, reserved: int, units: int) -> bool:
        """Whether one more order of `units` fits, beside the `orders` that hold `reserved` units."""
        return orders < self.orders and reserved + units <= self.units
