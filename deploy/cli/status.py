"""./shop status"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from deploy.containers import status as containers
from deploy.containers.stack import Containers
from deploy.native import processes
from deploy.native.layout import Layout
from deploy.native.supervisor import Supervisor

_COLOURS = {"running": "green", "healthy": "green", "starting": "yellow", "stopped": "dim"}


def run(layout: Layout, console: Console, *, as_json: bool) -> int:
    rows = collect(layout)
    if as_json:
        print(json.dumps(rows, indent=2))
    elif not rows:
        console.print("Nothing is running. Start it: ./shop up")
    else:
        console.print(_table(rows))
    return 0


def collect(layout: Layout) -> list[dict[str, Any]]:
    """Every process or container: name, state, pid, uptime (seconds), rss and pss (bytes, with its children)."""
    if isinstance(layout, Containers):
        return containers.collect(layout)
    supervisor = Supervisor(layout)
    if not supervisor.is_running():
        return []
    parents = processes.parent_of()
    now = time.time()
    rows = []
    for name, state, pid, since in _entries(supervisor):
        # supervisord's children have rows of their own.
        own = [pid] if name == "supervisord" else processes.tree(pid, parents)
        memory = processes.memory(own if pid else [])
        rows.append(
            {
                "name": name,
                "state": state,
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
    yield "supervisord", "running", pid, Path(f"/proc/{pid}").stat().st_mtime


def _table(rows: list[dict[str, Any]]) -> Table:
    table = Table("process", "state", box=None, padding=(0, 2), show_footer=True)
    for heading in ("pid", "uptime", "RSS MB", "PSS MB"):
        table.add_column(heading, justify="right")
    for row in rows:
        colour = _COLOURS.get(row["state"], "red")
        table.add_row(
            row["name"],
            f"[{colour}]{row['state']}[/]",
            str(row["pid"] or "-"),
            _duration(row["uptime"]),
            _megabytes(row["rss"]),
            _megabytes(row["pss"]),
        )
    table.add_row("[bold]together[/]", "", "", "", "", f"[bold]{_megabytes(sum(r['pss'] for r in rows))}[/]")
    return table


def _duration(seconds: float) -> str:
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}"


def _megabytes(size: int) -> str:
    return f"{size / 2**20:.1f}" if size else "-"
