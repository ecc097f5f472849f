"""A healthy platform is silent."""

import time

import pytest

from deploy.native.layout import Layout
from tests.platform.client import wait_for
from tests.platform.load import Load
from tests.prometheus.live import alerts


@pytest.mark.undisturbed
@pytest.mark.parametrize("seconds", [20, pytest.param(600, marks=pytest.mark.full)])
def test_normal_business_sets_off_nothing(platform: Layout, seconds: int) -> None:
    """Under the load `calm` no alert is pending at any moment, and none fires; no call fails either."""
    wait_for("what was before to end", lambda: alerts(platform), lambda found: not found, limit=60)
    with Load(platform, "calm", "--run-time", f"{seconds}s") as load:
        while load.is_running:
            assert not alerts(platform)
            time.sleep(1)  # a fifth of the time between two evaluations
    assert load.code == 0, load.output
    assert load.results["outcomes"]["checkout"] > 0
