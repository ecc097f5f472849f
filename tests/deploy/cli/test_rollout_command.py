"""What `./shop rollout` tells at its end."""

import io
from collections.abc import Mapping
from pathlib import Path
from typing import cast

import pytest
from rich.console import Console

from deploy.cli import buy, load_metrics, rollout
from deploy.installation.errors import ShopError
from deploy.installation.layout import Layout
from deploy.operations.installation import Installation
from deploy.operations.rollout import Spent

COST = {"order-availability": Spent(bad=40, events=400, burn=100, is_too_fast=True)}


class Cluster:
    """An installation with two colours, which write down what is done to them."""

    def __init__(self, folder: Path) -> None:
        self.layout = Layout.at(folder)
        self.done: list[str] = []

    def colours(self, ready_within: float) -> "Cluster":
        return self

    def plan(self, color: str, tag: str) -> None:
        self.done.append("plan")

    def deploy(self) -> None:
        self.done.append("deploy")

    def previews(self) -> Mapping[str, str]:
        return {}

    def switch(self) -> None:
        self.done.append("switch")

    def keep(self) -> None:
        self.done.append("keep")

    def back(self) -> None:
        self.done.append("back")


@pytest.fixture
def cluster(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Cluster:
    """Its purchases are told in a line, its Prometheus says `spent`, and no time passes."""
    monkeypatch.setattr("deploy.operations.rollout._PAUSE", 0)
    monkeypatch.setattr(buy, "at", lambda _, console: console.print("a purchase"))
    monkeypatch.setattr(load_metrics.Asking, "__init__", lambda *_: None)
    monkeypatch.setattr(load_metrics.Asking, "spent", lambda _: {})
    return Cluster(tmp_path)


def run(cluster: Cluster, output: io.StringIO) -> int:
    """A rollout that is watched for a hundredth of a second; its exit code."""
    console = Console(file=output, width=120)
    how = {"color": "green", "tag": "2.0", "minutes": 0.01 / 60, "ready_within": 1}
    return rollout.run(cast(Installation, cluster), console, **how)  # type: ignore[arg-type]


def test_what_it_cost_is_told(cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    """In parts of the budget of 30 days, with the reason."""
    monkeypatch.setattr(load_metrics.Asking, "spent", lambda _: COST)
    assert run(cluster, output := io.StringIO()) == 1
    assert cluster.done == ["plan", "deploy", "switch", "back"]
    assert "the error budget of order-availability burns 100 times too fast" in output.getvalue()
    assert "order-availability: 40 of 400 events were bad in" in output.getvalue()


def test_a_cost_that_nobody_says(cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is not told to be nothing."""

    def spent(_: object) -> Mapping[str, Spent]:
        if cluster.done[-1] == "keep":
            raise ShopError("Prometheus does not answer")
        return {}

    monkeypatch.setattr(load_metrics.Asking, "spent", spent)
    assert run(cluster, output := io.StringIO()) == 0
    assert "Prometheus does not say what it cost." in output.getvalue()
    assert "no error budget" not in output.getvalue()
