"""./shop restart --rolling: new processes without a lost request."""

from __future__ import annotations

from rich.console import Console

from deploy.containers.stack import Containers
from deploy.native import choices, rolling
from deploy.native.errors import ShopError
from deploy.native.layout import Layout


def run(layout: Layout, console: Console, service: str | None) -> int:
    """Restart and say so."""
    if isinstance(layout, Containers):
        raise ShopError(
            "./shop restart works in the native run only.",
            "docker compose up --detach --force-recreate --no-deps <service>",
        )
    choices.recall(layout)
    rolling.restart(layout, service, console)
    console.print("Restarted. Nothing was interrupted: requests went to the other replica.")
    return 0
