"""./shop load, where Locust does not run on this machine."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping, Sequence

from rich.console import Console

from deploy.cli import load_end
from deploy.installation.layout import make_private
from deploy.operations.installation import Crowd, Installation
from loadtests.scenario import Scenario

__all__ = ["run"]


def run(
    installation: Installation,
    console: Console,
    crowd: Crowd,
    chosen: Scenario,
    settings: Mapping[str, str],
    *,
    arguments: Sequence[str],
    reconcile: bool,
    report: bool,
) -> int:
    """Let the customers come, and judge what they saw; the exit code of the load. Raises ShopError.

    settings, arguments: what Locust is told. reconcile: compare the stores at the end. report: make a page of it.
    """
    folder = installation.layout.run / "load"
    make_private(folder)
    ended_early = False
    with subprocess.Popen(crowd.command(settings, arguments)) as locust:
        try:
            code = locust.wait()
        except KeyboardInterrupt:  # kubectl got it too, Locust did not
            crowd.end()
            code, ended_early = 0, True
    (folder / "results.json").write_text(crowd.results(), encoding="utf-8")
    asks_stores = reconcile and not ended_early
    return load_end.finish(installation, console, chosen, code, asks_stores=asks_stores, report=report)
