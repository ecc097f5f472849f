"""./shop rebuild history"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

from rich.console import Console

from deploy.containers.stack import Containers
from deploy.installation import secrets
from deploy.installation.errors import ShopError
from deploy.installation.layout import Layout
from deploy.native import services
from deploy.native.supervisor import Supervisor

_LIKE = "order-service-1"  # whose settings the job gets
_MODULE = ["python", "-m", "services.order.rebuild"]


def run(layout: Layout, console: Console) -> int:
    """Rebuild the order service's read model as a process of its own, with that service's settings."""
    if not layout.secrets.is_dir():
        raise ShopError("There is no platform here.", "Start it: ./shop up")
    if not isinstance(layout, Containers) and not Supervisor(layout).is_running():
        raise ShopError("The platform is not running.", "Start it: ./shop up")
    command, environment = _job(layout)
    log = layout.logs / "order-service-rebuild.log"
    errors = log.with_suffix(".err.log")
    last: dict[str, Any] = {}
    with (
        console.status("Rebuilding the history") as status,
        log.open("a") as copy,
        errors.open("a") as stderr,
        subprocess.Popen(
            command,
            cwd=layout.checkout,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=stderr,
            text=True,
        ) as job,
    ):
        assert job.stdout is not None
        for line in job.stdout:
            copy.write(line)
            entry = json.loads(line)
            if entry["event"] in ("history.progress", "history.rebuilt"):
                last = entry
                status.update(f"Rebuilding the history: {entry['orders']} orders")
        code = job.wait()
    if code != 0 or last.get("event") != "history.rebuilt":
        raise ShopError(
            f"The history was rebuilt for {last.get('orders', 0)} orders, then the job ended with {code}.",
            f"Its logs: {log} and .err.log. It may be run again at any time.",
        )
    console.print(f"Rebuilt the history of {last['orders']} orders; removed {last['removed']} rows of no order.")
    return 0


def _job(layout: Layout) -> tuple[list[str], dict[str, str]]:
    """The job's command and environment, as this way of running has them."""
    if isinstance(layout, Containers):
        once = ["docker", "compose", "run", "--rm", "--no-deps", "-T", "-e", "LOG_LEVEL=info", "order-service"]
        return [*once, *_MODULE], {**os.environ, **layout.environment}
    programs = services.programs(layout, secrets.ensure(layout.secrets))
    settings = next(program.environment for program in programs if program.name == _LIKE)
    environment = {"PATH": os.environ.get("PATH", os.defpath), "LANG": "C.UTF-8", **settings, "LOG_LEVEL": "info"}
    return [sys.executable, *_MODULE[1:]], environment
