"""Another ./shop on the same installation, in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from deploy.installation.layout import Layout

__all__ = ["SHOP", "begin", "environment"]

SHOP = (sys.executable, "-m", "deploy.cli")


def environment(layout: Layout) -> dict[str, str]:
    """By which it finds the installation."""
    return {**os.environ, "SHOP_RUN_DIR": str(layout.run), "SHOP_PORT_OFFSET": str(layout.offset)}


def begin(layout: Layout, command: Sequence[str], log: Path) -> subprocess.Popen[bytes]:
    """Begin a command that prints into `log`. Ctrl+C is for whoever began it, and ends it."""
    with log.open("wb") as output:
        return subprocess.Popen(
            command,
            env=environment(layout),
            cwd=layout.checkout,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
