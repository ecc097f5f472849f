"""./shop backup"""

from __future__ import annotations

import signal
import time
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console

from deploy.installation.errors import ShopError, reason
from deploy.installation.progress import telling
from deploy.operations.asking import CouldNotAskError
from deploy.operations.backup.take import take
from deploy.operations.installation import Installation


def run(installation: Installation, console: Console, *, file: str | None) -> int:
    """Write a backup; where, what is in it, and how long writes were held."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that it, too, leaves nothing behind
    target = Path(file or f"glasshouse-{datetime.now(UTC):%Y%m%dT%H%M%SZ}.backup").absolute()
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
        f"{manifest.pause_seconds:.2f} s of these. It contains secrets: only you can read it.",
        soft_wrap=True,
    )
    return 0
