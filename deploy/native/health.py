"""How the programs of a native run are: what their probes say, and how often each was started again."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from deploy.installation.layout import Layout
from deploy.installation.readiness import DIRECT
from deploy.native.programs import Program

__all__ = ["check", "restarts"]

_TIMEOUT = 3.0  # seconds
_TOGETHER = 16  # probes at a time
_STARTED = "supervisord started with pid"
_EXITED = re.compile(r"exited: (?P<program>\S+) \(.*not expected\)")


def check(layout: Layout, programs: Iterable[Program]) -> dict[str, str]:
    """`healthy`, `degraded: <what>` or `unhealthy: <why>` of each program, by its name."""
    chosen = list(programs)
    with ThreadPoolExecutor(_TOGETHER) as pool:
        return dict(
            zip(
                (program.name for program in chosen),
                pool.map(lambda program: _health(layout, program), chosen),
                strict=True,
            )
        )


def _health(layout: Layout, program: Program) -> str:
    if reason := program.ready():
        return f"unhealthy: {reason}"
    if not program.directory.samefile(layout.checkout) or not program.ports:
        return "healthy"
    return _of_service(f"http://127.0.0.1:{program.ports[0]}/health/ready")


def _of_service(url: str) -> str:
    """A service is ready without what it can do without: its answer says what that is."""
    try:
        with DIRECT.open(url, timeout=_TIMEOUT) as answer:
            found = json.load(answer)
        missing = [name for name, state in found["dependencies"].items() if state != "ok"]
    except (OSError, ValueError, KeyError, AttributeError):
        return "healthy"  # not a service: its own probe was good
    return f"degraded: {', '.join(missing)}" if missing else "healthy"


def restarts(log: Path) -> Counter[str]:
    """How often each program ended by itself and was started again, since supervisord started."""
    counts: Counter[str] = Counter()
    try:
        lines = log.read_text(errors="replace").splitlines()
    except OSError:
        return counts
    for line in lines:
        if _STARTED in line:
            counts.clear()
        elif match := _EXITED.search(line):
            counts[match["program"]] += 1
    return counts
