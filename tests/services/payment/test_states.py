"""The states of a payment, without a database."""

import itertools

import pytest

from services.payment.states import MOVES, Status, after_charge, may_follow

ALL = list(itertools.product(Status, (True, False), (True, False)))


@pytest.mark.parametrize(("before", "succeeded", "cancelled"), ALL)
def test_a_charges_result(before: Status, succeeded: bool, cancelled: bool) -> None:
    """A result changes what is processing, and a success what had failed; neither that nor a cancelled order
    keeps the money."""
    after = after_charge(before, succeeded=succeeded, cancelled=cancelled)
    if before is Status.PROCESSING:
        took = Status.REFUNDING if cancelled else Status.SUCCEEDED
        assert after is (took if succeeded else Status.FAILED)
        assert isinstance(after, Status)
        assert may_follow(before, after)
    elif before is Status.FAILED:
        assert after == (Status.REFUNDING if succeeded else "duplicate")
        assert may_follow(before, Status.REFUNDING)
    else:
        assert after == ("duplicate" if succeeded else "contradiction")


def test_money_that_was_taken_can_be_given_back() -> None:
    """Every state is in the table; `refunded` is reached from each in which money is held."""
    assert set(MOVES) == set(Status)
    assert {status for status in Status if not MOVES[status]} == {Status.REFUNDED}
    assert may_follow(Status.SUCCEEDED, Status.REFUNDING)
    assert [before for before in Status if may_follow(before, Status.REFUNDED)] == [Status.REFUNDING]
