"""./shop restart --rolling: new processes without a lost request."""

from __future__ import annotations

from rich.console import Console

from deploy.containers.stack import Containers
from deploy.installation import choices
from deploy.installation.errors import ShopError
from deploy.installation.layout import Layout
from deploy.native import rolling


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
