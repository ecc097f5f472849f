"""The queueing model agrees with what can be computed without it."""

import pytest

from loadtests.queueing import Checkout, predict


def test_one_customer_waits_for_nobody() -> None:
    """A checkout takes as long as its path and the provider."""
    found = predict(Checkout(path=0.1, beside=0.05, away=0.3), users=1, processors=2)
    assert found.p50 == pytest.approx(0.4, rel=0.03)
    assert found.per_second == pytest.approx(1 / 0.4, rel=0.03)


@pytest.mark.parametrize("processors", [1, 2, 8])
def test_a_full_machine_does_what_its_processors_can(processors: int) -> None:
    """However many customers there are; and their number divided by the rate is the time of each (Little)."""
    users = 40 * processors
    found = predict(Checkout(path=0.15, beside=0.05, away=0.0), users=users, processors=processors)
    assert found.per_second == pytest.approx(processors / 0.2, rel=0.05)
    assert found.p50 == pytest.approx(users / found.per_second, rel=0.15)


def test_a_run_can_be_repeated() -> None:
    """The same seed gives the same, another one nearly the same."""
    checkout = Checkout(path=0.1, beside=0.1, away=0.3)
    first, again, other = (predict(checkout, users=4, processors=2, seed=seed) for seed in (1, 1, 2))
    assert first == again
    assert first != other
    assert other.per_second == pytest.approx(first.per_second, rel=0.1)
