"""What was full first."""

from loadtests.saturation import Full, ranked
from loadtests.scenario import Stage

STAGES = (Stage(seconds=10, arrivals=2), Stage(seconds=10, arrivals=4), Stage(seconds=10, arrivals=8))


def test_what_was_full_first_comes_first() -> None:
    """With the rate at which it was; then what was never full, the fullest first."""
    series = {
        "pool": [(100.0, 0.1), (105.0, 0.2), (125.0, 1.0)],
        "processor": [(100.0, 0.5), (115.0, 0.95), (120.0, 0.9)],
        "queue": [(100.0, 0.0), (130.0, 0.4)],
        "door": [(100.0, 0.5), (110.0, float("nan"))],
        "late": [(500.0, 2.0)],
    }
    assert ranked(series, 100.0, STAGES) == [
        Full("processor", 0.95, 4),
        Full("pool", 1.0, 8),
        Full("late", 2.0, 8),
        Full("door", 0.5, None),
        Full("queue", 0.4, None),
    ]


def test_nothing_measured_is_nothing_full() -> None:
    """An answer without values counts as unused."""
    assert ranked({"pool": []}, 0.0, STAGES) == [Full("pool", 0.0, None)]
