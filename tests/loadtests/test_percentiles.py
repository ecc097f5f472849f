"""Percentiles by nearest rank."""

import pytest

from loadtests.percentiles import percentile


@pytest.mark.parametrize(
    ("count", "share", "found"),
    [
        (100, 0.99, 99),
        (100, 0.5, 50),
        (99, 0.99, 99),
        (4, 0.5, 2),
        (1, 0.99, 1),
        (20, 1.0, 20),
    ],
)
def test_a_percentile_is_the_value_at_the_nearest_rank(count: int, share: float, found: int) -> None:
    """Whatever the order in which the values come."""
    assert percentile(range(count, 0, -1), share) == found


def test_of_nothing_there_is_no_percentile() -> None:
    """It is no 0 either."""
    with pytest.raises(IndexError):
        percentile([], 0.5)
