"""Totals and allowances, without a database."""

from dataclasses import dataclass

import pytest

from services.order.rules import Allowance, is_expected, seconds_to_look, total_of, units_of


@dataclass
class Priced:
    """A line of an order."""

    unit_price_cents: int
    quantity: int


def test_totals() -> None:
    """Prices are multiplied by quantities, in whole minor units."""
    lines = [Priced(1999, 3), Priced(0, 100), Priced(1, 1)]
    assert (total_of(lines), units_of(lines)) == (5998, 104)
    assert (total_of([]), units_of([])) == (0, 0)


@pytest.mark.parametrize(("expected", "fits"), [(None, True), (5998, True), (5997, False), (0, False)])
def test_expected_total(expected: int | None, fits: bool) -> None:
    """No expectation is met by every total; one of nothing is an expectation."""
    assert is_expected(5998, expected) == fits


@pytest.mark.parametrize(
    ("age", "seconds"), [(0, 10), (889, 10), (892, 8), (898.5, 1.5), (900, 1), (1000, 1)], ids=str
)
def test_expired_orders_are_looked_for_in_time(age: float, seconds: float) -> None:
    """When the next one expires, but not all the time, and never much later."""
    assert seconds_to_look(age, 900) == seconds


@pytest.mark.parametrize(
    ("orders", "reserved", "units", "fits"),
    [(0, 0, 200, True), (0, 0, 201, False), (19, 199, 1, True), (19, 200, 1, False), (20, 0, 1, False)],
)
def test_allowance(orders: int, reserved: int, units: int, fits: bool) -> None:
    """Both limits may be reached, and neither passed."""
    assert Allowance(orders=20, units=200).has_room(orders=orders, reserved=reserved, units=units) == fits
