"""`./shop buy` and `load` wait until Prometheus has measured everything once."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from deploy.cli.first_scrape import wait_for_first_scrape
from deploy.installation.layout import Layout
from tests.deploy.cli.prometheus import answering, at


def targets(*healths: str) -> dict[str, Any]:
    """What Prometheus says of its targets."""
    return {"activeTargets": [{"health": each} for each in healths]}


@contextmanager
def prometheus(folder: Path, answers: list[dict[str, Any]]) -> Iterator[Layout]:
    """An installation whose Prometheus gives these answers, the last of them for ever."""
    with answering(answers) as port:
        yield at(folder, port)


def test_it_waits_for_every_target(tmp_path: Path) -> None:
    """One that was not scraped yet is unknown; one that is down was scraped too. No target at all is no answer."""
    answers = [targets(), targets("up", "unknown"), targets("up", "down")]
    with prometheus(tmp_path, answers) as layout:
        assert wait_for_first_scrape(layout, Console(quiet=True), limit=30)
    assert answers == [targets("up", "down")]


@pytest.mark.parametrize("healths", [[], ["up", "unknown"]])
def test_it_does_not_wait_for_ever(tmp_path: Path, healths: list[str]) -> None:
    """A platform that is not measured still runs."""
    with prometheus(tmp_path, [targets(*healths)]) as layout:
        assert not wait_for_first_scrape(layout, Console(quiet=True), limit=0)


def test_without_prometheus_nobody_waits(tmp_path: Path) -> None:
    """Who does not answer measures nothing; a purchase is made all the same."""
    with prometheus(tmp_path, [targets()]) as layout:
        pass
    assert not wait_for_first_scrape(layout, Console(quiet=True), limit=30)
