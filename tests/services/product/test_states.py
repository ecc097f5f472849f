"""What may become of the stock of an order, without a database."""

import itertools
from typing import Any, get_args

import pytest

from services.product.states import Decision, State, is_announced, may_follow, merged

LEGAL = {
    ("deciding", "reserved"),
    ("deciding", "rejected"),
    ("deciding", "released"),
    ("reserved", "committed"),
    ("reserved", "released"),
}


@pytest.mark.parametrize(("before", "after"), list(itertools.product(get_args(State), get_args(Decision))))
def test_each_pair(before: State, after: Decision) -> None:
    """A step is legal or it is not."""
    assert may_follow(before, after) == ((before, after) in LEGAL)


def test_only_first_decisions_are_announced() -> None:
    """Nobody waits for what follows an order that is paid or cancelled."""
    assert {state for state in get_args(State) if is_announced(state)} == {"reserved", "rejected"}


def test_lines_are_merged_in_one_order() -> None:
    """Whatever the order of the lines, the products come in the same one."""
    lines: list[dict[str, Any]] = [{"productId": p, "quantity": q} for p, q in (("2", 1), ("10", 5), ("2", 3))]
    expected = [{"productId": "10", "quantity": 5}, {"productId": "2", "quantity": 4}]
    assert merged(lines) == merged(reversed(lines)) == expected
