"""What was full first."""

from loadtests.saturation import Full, ranked, smooth
from loadtests.scenario import Stage

STAGES = (Stage(seconds=10, arrivals=2), Stage(seconds=10, arrivals=4), Stage(seconds=10, arrivals=8))


def test_what_was_full_first_comes_first() -> None:
    """With the rate at which it was; then what was never full, the fullest first."""
    series = {
        "pool": [(100.0, 1.0), (105.0, 0.2), (125.0, 1.0), (126.0, 1.0)],
        "processor": [(100.0, 0.5), (115.0, 0.95), (120.0, 0.9)],
        "queue": [(100.0, 0.0), (130.0, 0.4)],
        "door": [(100.0, 0.5), (110.0, float("nan"))],
        "late": [(500.0, 2.0), (505.0, 2.0)],
    }
    assert ranked(series, 100.0, STAGES) == [
        Full("processor", 0.95, 4),
        Full("pool", 1.0, 8),
        Full("late", 2.0, 8),
        Full("door", 0.5, None),
        Full("queue", 0.4, None),
    ]


def test_the_busiest_processes_are_always_told() -> None:
    """A machine is full by what its processes do, though each of them has a processor of its own."""
    many = {f"pool {number}": [(100.0, 0.8)] for number in range(20)}
    some = {f"processor of {number}": [(100.0, number / 10)] for number in range(5)}
    found = [one.what for one in ranked({**many, **some}, 100.0, STAGES)]
    assert len(found) == 15
    assert found[-3:] == ["processor of 4", "processor of 3", "processor of 2"]


def test_a_peak_of_a_second_is_levelled() -> None:
    """Means of five values."""
    assert smooth([(float(at), float(at == 3)) for at in range(7)]) == [(0.0, 0.2), (5.0, 0.0)]


def test_nothing_measured_is_nothing_full() -> None:
    """An answer without values counts as unused."""
    assert ranked({"pool": []}, 0.0, STAGES) == [Full("pool", 0.0, None)]
