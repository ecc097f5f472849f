"""./shop up"""

from __future__ import annotations

import time

from rich.console import Console

from deploy.cli import buy as purchase
from deploy.cli import urls
from deploy.containers import up as containers
from deploy.containers.stack import Containers, engine_answers
from deploy.installation import choices
from deploy.installation.errors import ShopError
from deploy.installation.layout import Layout
from deploy.native import postgres
from deploy.native.supervisor import Supervisor
from deploy.native.up import up


def run(layout: Layout, console: Console, *, docker: bool, native: bool, buy: bool = False) -> int:
    if layout.unfinished_restore.exists():
        raise ShopError(
            "A restore was interrupted here: the stores hold only a part of the backup.",
            "Restore again: ./shop restore <file> --yes. Or begin anew: ./shop down --wipe",
        )
    began = time.monotonic()
    choices.recall(layout)
    if _in_containers(layout, docker=docker, native=native):
        layout = containers.up(Containers.planned(layout), console)
    else:
        up(layout, console)
    console.print(f"\n[bold green]Ready[/] after {time.monotonic() - began:.1f} s.\n")
    urls.show(layout, console)
    if not buy:
        _show_first_steps(layout, console)
        return 0
    console.print("\n[bold]A first purchase[/]")
    return purchase.run(layout, console, product=None, quantity=1, card="good")


def _show_first_steps(layout: Layout, console: Console) -> None:
    steps = {
        urls.collect(layout)["shop"]: "the shop: each checkout there is one trace",
        "./shop buy": "buy something from here, and see its trace",
        "./shop load mixed": "a minute of people who use the shop: the dashboards fill",
        "./shop": "all commands",
    }
    console.print("\n[bold]Look here first[/]")
    for what, why in steps.items():
        console.print(f"  [green]{what or '-':28}[/][dim]{why}[/]", soft_wrap=True)


def _in_containers(layout: Layout, *, docker: bool, native: bool) -> bool:
    """What was asked for; else what is here; else containers where an engine answers. Raises `ShopError`."""
    in_containers = isinstance(layout, Containers)
    runs_natively = Supervisor(layout).is_running()
    is_native = not in_containers and postgres.has_data(layout)
    if (native and in_containers) or (docker and runs_natively):
        raise ShopError(
            f"The platform already runs {'in containers' if in_containers else 'as processes of this machine'}.",
            "Stop it first: ./shop down",
        )
    if docker and is_native:
        raise ShopError(
            "This folder has data of the native run, and containers would replace the secrets of those data.",
            "Give the containers their own directory: SHOP_RUN_DIR=<path>. Or delete the data: ./shop down --wipe",
        )
    if docker and not engine_answers():
        raise ShopError("No Docker Engine with Compose answers.", "./shop up --native needs none.")
    if docker or native or in_containers or runs_natively or is_native:
        return docker or in_containers
    return engine_answers()
