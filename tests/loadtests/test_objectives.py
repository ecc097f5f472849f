"""What a run must reach, and what of it was not reached."""

from __future__ import annotations

import pytest

from loadtests.limits import LIMITS, allowed
from loadtests.objectives import Call, Objectives, unmet

CALLS = {
    "GET /api/products": Call(requests=900, p50=10, p95=80, p99=300),
    "GET /api/orders/{id} (waits)": Call(requests=80, p50=4_000, p95=9_000, p99=9_000),
    "WAIT order is paid": Call(requests=40, p50=4_000, p95=9_000, p99=9_000),
    "POST /api/orders": Call(requests=19, p50=900, p95=900, p99=900),
}


@pytest.mark.parametrize(
    ("wanted", "asked_to_wait", "problems"),
    [
        (Objectives(), 0, []),
        (Objectives(p50=10, p95=80, p99=300), 0, []),  # what waits on purpose, or is rare, is not judged
        (Objectives(p95=79), 0, ["GET /api/products: p95 is 80 ms, more than 79 ms"]),
        (Objectives(asked_to_wait=0.01), 10, []),
        (Objectives(asked_to_wait=0.01), 11, ["11 of 1039 requests were asked to wait, more than 1%"]),
        (Objectives(outcomes={"bought": 100}), 0, []),
        (
            Objectives(outcomes={"bought": 99, "sold out": 1}),
            0,
            ["bought: 100 instead of 99", "sold out: 0 instead of 1"],
        ),
    ],
)
def test_what_is_not_reached_is_named(wanted: Objectives, asked_to_wait: int, problems: list[str]) -> None:
    """Each with what was found and what was wanted; what is reached is not mentioned."""
    assert list(unmet(wanted, CALLS, {"bought": 100}, asked_to_wait)) == problems


def test_a_run_without_requests_has_reached_nothing() -> None:
    """It is not a success that nothing was slow."""
    assert list(unmet(Objectives(), {}, {}, 0)) == ["not one request was made"]


def test_a_bucket_lets_through_its_burst_and_what_drips_out() -> None:
    """The first request and the burst at once, then the rate; two more for clocks."""
    assert allowed(LIMITS[0], 10.0) == (21, 33)
