"""./shop restart --rolling: new processes without a lost request."""

from __future__ import annotations

from rich.console import Console

from deploy.native import choices, rolling
from deploy.native.layout import Layout


def run(layout: Layout, console: Console, service: str | None) -> int:
    """Restart and say so."""
    choices.recall(layout)
    rolling.restart(layout, service, console)
    console.print("Restarted. Nothing was interrupted: requests went to the other replica.")
    return 0
