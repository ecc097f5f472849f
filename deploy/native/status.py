"""What runs natively, in the terms of `./shop status`."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import psutil

from deploy.installation import secrets
from deploy.installation.layout import Layout
from deploy.native import health, platform, processes
from deploy.native.supervisor import Supervisor


def collect(layout: Layout) -> list[dict[str, Any]]:
    """Every process, as deploy/operations/installation.py has it; none when nothing runs."""
    supervisor = Supervisor(layout)
    if not supervisor.is_running():
        return []
    described = {p.name: p for p in platform.describe(layout, secrets.ensure(layout.secrets)).programs}
    entries = list(_entries(supervisor))
    asked = [described[name] for name, state, *_ in entries if state == "running" and name in described]
    healthy = health.check(layout, asked)
    restarts = health.restarts(layout.logs / "supervisord.log")
    now = time.time()
    rows = []
    for name, state, pid, since in entries:
        # supervisord's children have rows of their own.
        own = [pid] if name == "supervisord" else processes.tree(pid)
        memory = processes.memory(own if pid else [])
        rows.append(
            {
                "name": name,
                "state": state,
                "health": healthy.get(name, "healthy" if name == "supervisord" else None),
                "ports": list(described[name].ports) if name in described else [],
                "restarts": restarts[name],
                "pid": pid or None,
                "uptime": round(max(0.0, now - since), 1) if pid else 0,
                "rss": memory.rss,
                "pss": memory.pss,
            }
        )
    return rows


def _entries(supervisor: Supervisor) -> Iterator[tuple[str, str, int, float]]:
    for name, state in supervisor.states().items():
        yield name, state.name.lower(), state.pid, state.since
    pid = supervisor.pid()
    yield "supervisord", "running", pid, psutil.Process(pid).create_time()
