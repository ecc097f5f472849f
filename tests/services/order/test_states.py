"""The state machine: every pair of states, as the blueprint of the shop has it."""

import itertools

import pytest

from services.order.states import MOVES, UNPAID, Status

LEGAL = {
    ("pending", "awaiting_payment"),
    ("pending", "rejected"),
    ("pending", "cancelled"),
    ("awaiting_payment", "paid"),
    ("awaiting_payment", "payment_failed"),
    ("awaiting_payment", "cancelled"),
    ("payment_failed", "awaiting_payment"),
    ("payment_failed", "cancelled"),
    ("paid", "fulfilled"),
}


@pytest.mark.parametrize(("before", "after"), list(itertools.product(Status, Status)))
def test_each_pair(before: Status, after: Status) -> None:
    """A move is legal or it is not."""
    assert (after in MOVES[before]) == ((before, after) in LEGAL)


def test_groups() -> None:
    """Every state is in the table; what may still be paid is what may expire."""
    assert set(MOVES) == set(Status)
    assert {status for status in Status if Status.CANCELLED in MOVES[status]} == UNPAID
    assert {status for status in Status if not MOVES[status]} == {"fulfilled", "rejected", "cancelled"}
