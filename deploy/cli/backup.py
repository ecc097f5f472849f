"""./shop backup"""

from __future__ import annotations

import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console

from deploy.installation.errors import ShopError, reason
from deploy.installation.progress import telling
from deploy.operations.asking import CouldNotAskError
from deploy.operations.backup import object_storage
from deploy.operations.backup.take import take
from deploy.operations.installation import Installation

_KEPT = 48  # encrypted ones, in a place


def run(
    installation: Installation,
    console: Console,
    *,
    file: str | None,
    recipient: str | None = None,
    keep: int | None = None,
) -> int:
    """Write a backup; where, what is in it, and how long writes were held.

    recipient: a public key, for which it is encrypted; `file` is then a place (object_storage.py).
    keep: how many it keeps.
    """
    if recipient:
        assert file  # the command's check
        object_storage.check(file, recipient)
        with tempfile.TemporaryDirectory(prefix="glasshouse-backup-") as folder:
            plain = Path(folder, "backup")
            _write(installation, console, plain)
            address = object_storage.put(plain, file, recipient, keep=keep or _KEPT, tell=telling(console))
            console.print(f"Put away as {address}.", soft_wrap=True)
        return 0
    target = Path(file or f"glasshouse-{datetime.now(UTC):%Y%m%dT%H%M%SZ}.backup").absolute()
    _write(installation, console, target)
    console.print("It contains secrets: only you can read it.")
    return 0


def _write(installation: Installation, console: Console, target: Path) -> None:
    began = time.monotonic()
    try:
        manifest = take(installation.reach(), target, tell=telling(console))
    except CouldNotAskError as error:
        raise ShopError(f"No backup was written: {error}", "Is everything up? ./shop status") from error
    except OSError as error:
        raise ShopError(
            f"No backup was written: {reason(error)}", "Is there room, and may you write there?"
        ) from error
    counts = ", ".join(f"{count} {kind}" for kind, count in manifest.counts.items())
    console.print(f"Wrote {target}, {target.stat().st_size / 1e6:.1f} MB: {counts}.", soft_wrap=True)
    console.print(
        f"It shows {manifest.created}, and took {time.monotonic() - began:.1f} s; writes were held for "
        f"{manifest.pause_seconds:.2f} s of these.",
        soft_wrap=True,
    )
