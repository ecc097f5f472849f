"""./shop restart: new processes without a lost request."""

from __future__ import annotations

from rich.console import Console

from deploy.installation import choices
from deploy.operations.installation import Installation


def run(installation: Installation, console: Console, *, service: str | None) -> int:
    """Restart, replica by replica, and say so."""
    choices.recall(installation.layout)
    installation.restart(service, console)
    console.print("Restarted. Nothing was interrupted: requests went to the other replica.")
    return 0
