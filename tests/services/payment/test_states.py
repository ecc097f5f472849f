"""The states of a payment, without a database."""

import itertools

import pytest

from services.payment.states import MOVES, Status, after_charge, may_follow

ALL = list(itertools.product(Status, (True, False), (True, False)))


@pytest.mark.parametrize(("before", "succeeded", "cancelled"), ALL)
def test_a_charges_result(before: Status, succeeded: bool, cancelled: bool) -> None:
    """Only a payment that is processing is changed by a result, and a cancelled order keeps no money."""
    after = after_charge(before, succeeded=succeeded, cancelled=cancelled)
    if before is Status.PROCESSING:
        took = Status.REFUNDING if cancelled else Status.SUCCEEDED
        assert after is (took if succeeded else Status.FAILED)
        assert isinstance(after, Status)
        assert may_follow(before, after)
    else:
        was_taken = before is not Status.FAILED
        assert after == ("duplicate" if was_taken == succeeded else "contradiction")


def test_money_that_was_taken_can_be_given_back() -> None:
    """Every state is in the table; `refunded` is reached from each in which money is held."""
    assert set(MOVES) == set(Status)
    assert {status for status in Status if not MOVES[status]} == {Status.FAILED, Status.REFUNDED}
    assert may_follow(Status.SUCCEEDED, Status.REFUNDING)
    assert [before for before in Status if may_follow(before, Status.REFUNDED)] == [Status.REFUNDING]
