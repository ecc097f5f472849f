"""./shop down"""

from __future__ import annotations

from contextlib import suppress

from rich.console import Console

from deploy.installation.errors import ShopError
from deploy.installation.progress import step
from deploy.operations.drills import run as drills
from deploy.operations.installation import Installation


def run(installation: Installation, console: Console, *, wipe: bool) -> int:
    with suppress(OSError, ShopError):  # what it broke may be in a store that does not run: ./shop up mends it
        drills.end(installation)
    with step(console, "Stopping everything" + (" and deleting its data" if wipe else "")):
        installation.down(wipe=wipe)
    return 0
