"""What `./shop status` says of alerts."""

from pathlib import Path

from deploy.cli.alerts import firing
from deploy.installation.layout import PORTS, Layout
from tests.deploy.cli.prometheus import answering


def test_alerts_of_ours_that_fire(tmp_path: Path) -> None:
    """In a cluster the Prometheus of an operator has rules of others, of which one fires for ever."""
    states = [("RedisDown", "firing"), ("RedisDown", "firing"), ("TargetDown", "pending"), ("Watchdog", "firing")]
    alerts = [{"labels": {"alertname": name}, "state": state} for name, state in states]
    with answering([{"alerts": alerts}]) as port:
        layout = Layout(checkout=tmp_path, run=tmp_path, data=tmp_path, offset=port - PORTS["prometheus"])
        assert firing(layout) == ["RedisDown", "RedisDown"]
    assert firing(layout) is None
