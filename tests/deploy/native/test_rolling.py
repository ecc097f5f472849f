"""Restarting replica by replica."""

from pathlib import Path

import pytest

from deploy.installation.layout import Layout
from deploy.native import rolling
from deploy.native.supervisor import Supervisor


def test_a_replica_is_used_again_when_the_restart_is_interrupted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also by Ctrl+C while the gateway still ends what it has begun: else it would be left out for ever."""
    told: list[str] = []

    def reload(*_: object, without: str = "") -> None:
        told.append(without)
        if without:
            raise KeyboardInterrupt

    layout = Layout.at(tmp_path)
    monkeypatch.setattr(rolling, "_reload_gateway", reload)
    monkeypatch.setattr(Supervisor, "is_running", lambda _: True)
    with pytest.raises(KeyboardInterrupt):
        rolling.restart(layout, "order-service")
    assert told == ["order-service-1", ""]
