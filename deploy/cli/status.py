"""./shop status"""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from deploy.cli.alerts import firing
from deploy.cli.terminal import clean, shown
from deploy.installation.layout import Layout
from deploy.operations.installation import Installation

_COLOURS = {"running": "green", "healthy": "green", "degraded": "yellow", "starting": "yellow", "stopped": "dim"}
_WIDE = 110  # columns that the table with ports takes
_TROUBLE = 150  # characters of why something is not healthy


def run(installation: Installation, console: Console, *, as_json: bool) -> int:
    """Show every process; 0 also when something is wrong with one: that is what the table says."""
    rows = installation.processes()
    if as_json:
        print(json.dumps(rows, indent=2))
    elif not rows:
        console.print("Nothing that ./shop started is running. Start it: ./shop up")
    else:
        console.print(_table(rows, wide=console.width >= _WIDE))
        _show_troubles(console, rows)
        _show_alerts(installation.layout, console)
    return 0


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
