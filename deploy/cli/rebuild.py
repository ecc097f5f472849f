"""./shop rebuild history"""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from typing import Any

from rich.console import Console

from deploy.installation.errors import ShopError
from deploy.installation.log_records import records
from deploy.operations.installation import Installation

_SERVICE = "order-service"  # whose one read model it is


def run(installation: Installation, console: Console, *, model: str = "history") -> int:
    """Rebuild the order service's one read model as a process of its own, with that service's settings."""
    layout = installation.layout
    job = installation.job(_SERVICE, "services.order.rebuild")
    log = layout.logs / f"{_SERVICE}-rebuild.log"
    errors = log.with_suffix(".err.log")
    last: Mapping[str, Any] = {}
    with (
        console.status("Rebuilding the history") as status,
        log.open("a") as copy,
        errors.open("a") as stderr,
        subprocess.Popen(
            job.arguments,
            cwd=layout.checkout,
            env={**job.environment, "LOG_LEVEL": "info"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=stderr,
            text=True,
        ) as process,
    ):
        assert process.stdout is not None
        for line in process.stdout:
            copy.write(line)
            [record] = records(log.stem, [line])
            if record.entry.get("event") in ("history.progress", "history.rebuilt"):
                last = record.entry
                status.update(f"Rebuilding the history: {last['orders']} orders")
        code = process.wait()
    if code != 0 or last.get("event") != "history.rebuilt":
        raise ShopError(
            f"The history was rebuilt for {last.get('orders', 0)} orders, then the job ended with {code}.",
            f"Its logs: {log} and .err.log. It may be run again at any time.",
        )
    console.print(f"Rebuilt the history of {last['orders']} orders; removed {last['removed']} rows of no order.")
    return 0
