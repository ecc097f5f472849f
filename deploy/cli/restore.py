"""./shop restore"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from rich.console import Console

from deploy.cli import reconcile
from deploy.cli.terminal import shown
from deploy.installation import choices
from deploy.installation.errors import ShopError
from deploy.installation.progress import telling
from deploy.operations.asking import CouldNotAskError
from deploy.operations.backup import object_storage
from deploy.operations.backup.put_back import put_back
from deploy.operations.installation import Installation

_SETTLE = 10.0  # seconds


def run(
    installation: Installation, console: Console, *, file: str, replace: bool, identity: str | None = None
) -> int:
    """Put a backup back, start everything and compare all stores; the exit code of the comparison.

    identity: a file that opens an encrypted one; then `file` is its address, or a place (object_storage.py).
    """
    if identity:
        with tempfile.TemporaryDirectory(prefix="glasshouse-restore-") as folder:
            plain = Path(folder, "backup")
            console.print(f"Opening {object_storage.fetch(file, Path(identity), plain)}", soft_wrap=True)
            return run(installation, console, file=str(plain), replace=replace)
    layout = installation.layout
    choices.recall(layout)
    began = time.monotonic()
    try:
        manifest = put_back(installation.reach(), Path(file).absolute(), replace=replace, tell=telling(console))
    except CouldNotAskError as error:
        raise ShopError(f"Nothing was restored: {error}", "Is everything up? ./shop status") from error
    counts = ", ".join(f"{count} {kind}" for kind, count in manifest.counts.items())
    console.print(shown(f"Restored {counts}, from {manifest.created}."), soft_wrap=True)
    console.print(f"Everything runs again after {time.monotonic() - began:.1f} s.")
    return reconcile.run(installation, console, settle=_SETTLE)
