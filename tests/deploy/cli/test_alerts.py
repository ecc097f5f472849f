"""What `./shop status` says of alerts."""

from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from deploy.cli.alerts import firing
from deploy.cli.first_scrape import wait_for_first_scrape
from tests.deploy.cli.prometheus import answering, at


def test_alerts_of_ours_that_fire(tmp_path: Path) -> None:
    """In a cluster the Prometheus of an operator has rules of others, of which one fires for ever."""
    states = [("RedisDown", "firing"), ("RedisDown", "firing"), ("TargetDown", "pending"), ("Watchdog", "firing")]
    alerts = [{"labels": {"alertname": name}, "state": state} for name, state in states]
    with answering([{"alerts": alerts}]) as port:
        layout = at(tmp_path, port)
        assert firing(layout) == ["RedisDown", "RedisDown"]
    assert firing(layout) is None


@pytest.mark.parametrize("answer", [{"error": "unauthorized", "code": 401}, {"alerts": None}, {}])
def test_who_answers_otherwise_is_no_prometheus(tmp_path: Path, answer: dict[str, Any]) -> None:
    """Something else at its port does not end the command."""
    with answering([answer]) as port:
        layout = at(tmp_path, port)
        assert firing(layout) is None
        assert not wait_for_first_scrape(layout, Console(quiet=True))
