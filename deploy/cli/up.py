"""./shop up"""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from rich.console import Console

from deploy.cli import buy as purchase
from deploy.cli import urls, ways
from deploy.installation import choices
from deploy.installation.errors import ShopError
from deploy.operations.drills import run as drills
from deploy.operations.installation import Installation


def run(
    installation: Installation,
    console: Console,
    *,
    docker: bool,
    native: bool,
    buy: bool = False,
    profile: str | None = None,
    values: Sequence[Path] = (),
) -> int:
    layout = installation.layout
    if layout.unfinished_restore.exists():
        raise ShopError(
            "A restore was interrupted here: the stores hold only a part of the backup.",
            "Restore again: ./shop restore <file> --yes. Or begin anew: ./shop down --wipe",
        )
    began = time.monotonic()
    choices.recall(layout)
    with suppress(OSError, ShopError):  # what it broke may be in a store that does not run yet
        drills.end(installation)
    installation = ways.choose(layout, docker=docker, native=native, profile=profile, values=values).up(console)
    drills.mend(installation)
    console.print(f"\n[bold green]Ready[/] after {_duration(time.monotonic() - began)}.\n")
    urls.show(installation, console)
    if not buy:
        _show_first_steps(installation, console)
        return 0
    console.print("\n[bold]A first purchase[/]")
    return purchase.run(installation, console, product=None, quantity=1, card="good")


def _duration(seconds: float) -> str:
    installing = os.environ.get("SHOP_INSTALLING_SECONDS", "")
    if not installing.isdecimal():
        return f"{seconds:.0f} s"
    python = int(installing)
    return f"{python + seconds:.0f} s: {python} s for the Python environment, {seconds:.0f} s for the platform"


def _show_first_steps(installation: Installation, console: Console) -> None:
    way = " --kubernetes" if installation.port_forwards() else ""
    steps = {
        urls.collect(installation)["shop"]: "the shop: each checkout there is one trace",
        f"./shop buy{way}": "buy something from here, and see its trace",
        "./shop load mixed": "a minute of people who use the shop: the dashboards fill",
        "./shop tour": "learn to observe all of this, in lessons of five minutes",
        "./shop": "all commands",
    }
    if way:
        del steps["./shop load mixed"]  # a cluster must be told to bring Locust
    console.print("\n[bold]Look here first[/]")
    for what, why in steps.items():
        console.print(f"  [green]{what or '-':28}[/][dim]{why}[/]", soft_wrap=True)
