"""./shop status"""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from deploy.cli.alerts import firing
from deploy.cli.terminal import clean, shown
from deploy.containers import status as containers
from deploy.containers.stack import Containers
from deploy.installation import secrets
from deploy.installation.layout import Layout
from deploy.native import health, platform, processes
from deploy.native.supervisor import Supervisor

_COLOURS = {"running": "green", "healthy": "green", "degraded": "yellow", "starting": "yellow", "stopped": "dim"}
_WIDE = 110  # columns that the table with ports takes
_TROUBLE = 150  # characters of why something is not healthy


def run(layout: Layout, console: Console, *, as_json: bool) -> int:
    """Show every process; 0 also when something is wrong with one: that is what the table says."""
    rows = collect(layout)
    if as_json:
        print(json.dumps(rows, indent=2))
    elif not rows:
        console.print("Nothing is running. Start it: ./shop up")
    else:
        console.print(_table(rows, wide=console.width >= _WIDE))
        _show_troubles(console, rows)
        _show_alerts(layout, console)
    return 0


def collect(layout: Layout) -> list[dict[str, Any]]:
    """Every process or container.

    name, state, health (with a reason where it is not `healthy`), ports, restarts (that nobody asked for), pid,
    uptime (seconds), rss and pss (bytes, with its children).
    """
    if isinstance(layout, Containers):
        return containers.collect(layout)
    supervisor = Supervisor(layout)
    if not supervisor.is_running():
        return []
    described = {p.name: p for p in platform.describe(layout, secrets.ensure(layout.secrets)).programs}
    entries = list(_entries(supervisor))
    asked = [described[name] for name, state, *_ in entries if state == "running" and name in described]
    healthy = health.check(layout, asked)
    restarts = health.restarts(layout.logs / "supervisord.log")
    parents = processes.parent_of()
    now = time.time()
    rows = []
    for name, state, pid, since in entries:
        # supervisord's children have rows of their own.
        own = [pid] if name == "supervisord" else processes.tree(pid, parents)
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
    yield "supervisord", "running", pid, Path(f"/proc/{pid}").stat().st_mtime


def _table(rows: list[dict[str, Any]], *, wide: bool) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0))
    for heading in ("process", "state", "health"):
        table.add_column(heading, no_wrap=True)
    for heading in ("restarts", "pid", "uptime", "PSS MB"):
        table.add_column(heading, justify="right", no_wrap=True)
    if wide:
        table.add_column("ports", no_wrap=True)
    for row in rows:
        ports = [" ".join(map(str, row["ports"]))] if wide else []
        table.add_row(
            shown(row["name"]),
            _coloured(row["state"]),
            _coloured((row["health"] or "-").partition(":")[0]),
            f"[yellow]{row['restarts']}[/]" if row["restarts"] else "0",
            str(row["pid"] or "-"),
            _duration(row["uptime"]),
            _megabytes(row["pss"]),
            *ports,
        )
    total = _megabytes(sum(row["pss"] for row in rows))
    table.add_row("[bold]together[/]", "", "", "", "", "", f"[bold]{total}[/]")
    return table


def _coloured(word: str) -> Text:
    return shown(word, "" if word == "-" else _COLOURS.get(word, "red"))


def _show_troubles(console: Console, rows: list[dict[str, Any]]) -> None:
    for row in rows:
        word, _, reason = (row["health"] or "").partition(": ")
        if reason:
            line = Text.assemble(("! ", "yellow"), clean(f"{row['name']} is {word}: {reason}", _TROUBLE))
            console.print(line, soft_wrap=True)


def _show_alerts(layout: Layout, console: Console) -> None:
    names = firing(layout)
    if names is None:
        console.print("[yellow]?[/] alerts: Prometheus does not answer")
    elif not names:
        console.print("[green]✓[/] alerts: none is firing")
    else:
        counts = ", ".join(f"{name} ({times})" if times > 1 else name for name, times in Counter(names).items())
        console.print(
            Text.assemble(("✗", "bold red"), f" alerts: {len(names)} firing: {clean(counts)}"), soft_wrap=True
        )


def _duration(seconds: float) -> str:
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}"


def _megabytes(size: int) -> str:
    return f"{size / 2**20:.1f}" if size else "-"
