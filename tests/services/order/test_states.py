"""The state machine: every pair of states, as the blueprint of the shop has it."""

import itertools

import pytest

from services.order.states import (
    MOVES,
    UNPAID,
    Reason,
    Status,
    may_ask_for,
    may_follow,
    reason_of_cancelling,
    reason_of_failure,
)

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
    assert may_follow(before, after) == ((before, after) in LEGAL)


def test_groups() -> None:
    """Every state is in the table; what may still be paid is what may expire."""
    assert set(MOVES) == set(Status)
    assert {status for status in Status if Status.CANCELLED in MOVES[status]} == UNPAID
    assert {status for status in Status if not MOVES[status]} == {"fulfilled", "rejected", "cancelled"}


def test_who_may_ask_for_what() -> None:
    """A customer may cancel, an admin also fulfil; nobody makes an order paid by asking."""
    assert {status for status in Status if may_ask_for(status, is_admin=False)} == {"cancelled"}
    assert {status for status in Status if may_ask_for(status, is_admin=True)} == {"cancelled", "fulfilled"}


def test_reasons() -> None:
    """A code of another service that is not in our list becomes one that is."""
    assert reason_of_failure("card_declined") is Reason.CARD_DECLINED
    assert reason_of_failure("refused_by_provider") is Reason.PAYMENT_FAILED
    assert reason_of_failure("expired") is Reason.PAYMENT_FAILED
    assert reason_of_cancelling(is_admin=True) is Reason.CANCELLED_BY_ADMIN
    assert reason_of_cancelling(is_admin=False) is Reason.CANCELLED_BY_CUSTOMER
