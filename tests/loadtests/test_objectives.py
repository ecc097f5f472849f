"""What a run must reach, and what of it was not reached."""

from __future__ import annotations

import pytest

from loadtests.limits import LIMITS, allowed
from loadtests.objectives import Call, Measured, Objectives, judge

CALLS = {
    "GET /api/products": Call(requests=900, failures=0, p50=10, p95=80, p99=300),
    "GET /api/orders/{id} (waits)": Call(requests=80, failures=0, p50=4_000, p95=9_000, p99=9_000),
    "WAIT order is paid": Call(requests=40, failures=2, p50=4_000, p95=9_000, p99=9_000),
    "WAIT late": Call(requests=40, failures=0, p50=1, p95=5, p99=70),
    "JOURNEY checkout": Call(requests=40, failures=0, p50=4_000, p95=9_000, p99=9_000),
    "POST /api/orders": Call(requests=19, failures=0, p50=900, p95=900, p99=900),
}
CAME = {"bought": 100, "told": 4, "sent": 4, "payments sent": 20, "payments decided": 19}
FAILED = "2 of 999"


@pytest.mark.parametrize(
    ("wanted", "asked_to_wait", "broken"),
    [
        (Objectives(), 0, [FAILED]),
        (Objectives(errors=0.01), 0, []),
        (Objectives(errors=0.01, p50=10, p95=80, p99=300), 0, []),  # what waits, or is rare, is not judged
        (Objectives(errors=0.01, p95=79), 0, ["GET /api/products: p95 is 80 ms"]),
        (Objectives(errors=0.01, journey_p95=9_000), 0, []),
        (Objectives(errors=0.01, journey_p95=8_999), 0, ["JOURNEY checkout: p95 is 9000 ms"]),
        (Objectives(errors=0.01, late=69), 0, ["late: p99 is 70 ms"]),
        (Objectives(errors=0.01, asked_to_wait=0.01), 9, []),
        (Objectives(errors=0.01, asked_to_wait=0.01), 10, ["10 of 999"]),
        (Objectives(errors=0.01, outcomes={"bought": 100}), 0, []),
        (Objectives(errors=0.01, outcomes={"bought": 99, "no": 1}), 0, ["bought: 100", "no: 0"]),
        (Objectives(errors=0.01, same=(("told", "sent"),)), 0, []),
        (Objectives(errors=0.01, same=(("told", "bought"),)), 0, ["told: 4, bought: 100"]),
        (Objectives(errors=0.01, same=(("never", "nothing"),)), 0, ["never: 0, nothing: 0"]),
        (Objectives(errors=0.01, times=(("bought", "sent", 25),)), 0, []),
        (Objectives(errors=0.01, times=(("bought", "sent", 26),)), 0, ["bought: 100, sent: 4, which is 25.0"]),
        (Objectives(errors=0.01, decided=0.95), 0, []),
        (Objectives(errors=0.01, decided=1.0), 0, ["19 of 20 payments were decided"]),
    ],
)
def test_what_is_not_reached_is_named(wanted: Objectives, asked_to_wait: int, broken: list[str]) -> None:
    """Each with what was found; what is reached has a verdict, too."""
    verdicts = list(judge(wanted, Measured(CALLS, CAME, asked_to_wait)))
    assert [one.found for one in verdicts if not one.held] == broken
    assert len(verdicts) > len(broken)


def test_a_run_without_requests_has_reached_nothing() -> None:
    """It is not a success that nothing was slow."""
    assert [one.held for one in judge(Objectives(), Measured({}, {}, 0))] == [False]


def test_a_bucket_lets_through_its_burst_and_what_drips_out() -> None:
    """The first request and the burst at once, then the rate; two more for clocks."""
    assert allowed(LIMITS[0], 10.0) == (21, 33)
