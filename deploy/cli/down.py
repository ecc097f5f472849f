"""./shop down"""

from __future__ import annotations

from rich.console import Console

from deploy.containers import up as containers
from deploy.containers.stack import Containers
from deploy.installation.layout import Layout
from deploy.installation.progress import step
from deploy.native.down import down


def run(layout: Layout, console: Console, *, wipe: bool) -> int:
    with step(console, "Stopping everything" + (" and deleting its data" if wipe else "")):
        if isinstance(layout, Containers):
            containers.down(layout, wipe=wipe)
        else:
            down(layout, wipe=wipe)
    return 0
