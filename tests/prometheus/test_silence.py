"""A healthy platform is silent."""

import time
from typing import Any

import pytest

from deploy.installation.layout import Layout
from tests.platform.load import Load
from tests.prometheus.live import alerts
from tests.waiting import wait_for

# They tell that the machine is short of processor time, which whatever else runs on it may take. Half a minute of
# that is no alert yet, so they may be pending.
BUSY_MACHINE = {"EventLoopLag", "LatencyP99High"}


@pytest.mark.undisturbed
@pytest.mark.parametrize(
    "seconds",
    [
        pytest.param(20, marks=(pytest.mark.brief, pytest.mark.alone)),
        pytest.param(600, marks=(pytest.mark.full, pytest.mark.timeout(900), pytest.mark.drill(0))),
    ],
)
def test_normal_business_sets_off_nothing(platform: Layout, seconds: int) -> None:
    """Under the load `calm` no alert is pending at any moment, and none fires; no call fails either.

    The long one runs beside drills, on a platform that becomes one of theirs later.
    """
    wait_for("what was before to end", lambda: alerts(platform), lambda found: not found, limit=60)
    with Load(platform, "calm", "--run-time", f"{seconds}s") as load:
        while load.is_running:
            found = [a for a in alerts(platform) if a["state"] == "firing" or name(a) not in BUSY_MACHINE]
            assert not found
            time.sleep(1)  # a fifth of the time between two evaluations
    assert load.code == 0, load.output
    assert load.results["outcomes"]["checkout"] > 0


def name(alert: dict[str, Any]) -> str:
    """What it is called."""
    called: str = alert["labels"]["alertname"]
    return called
