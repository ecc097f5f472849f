"""./shop drill"""

from __future__ import annotations

import asyncio
import json
import os
import time
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.table import Table

from deploy.cli import drill_all
from deploy.cli.drill_load import steady
from deploy.cli.drill_watch import Watch, active_alerts
from deploy.cli.incidents.record import record
from deploy.cli.terminal import clean
from deploy.installation.errors import ShopError
from deploy.operations.drills import run as drills
from deploy.operations.drills import state
from deploy.operations.drills.fault import Fault, faults, one
from deploy.operations.drills.place import lasts
from deploy.operations.installation import Installation

_SECONDS = 120.0


def run(
    installation: Installation,
    console: Console,
    *,
    action: str,
    faults: list[str],
    seconds: float | None,
    report: str | None,
    seed: int | None,
    output: Path | None,
) -> int:
    """One action; 1 when `all` found something that is not as the files say."""
    if action == "list":
        return _list(console)
    if action == "start":
        return _start(installation, console, one(faults[0]), seconds or _SECONDS)
    if action == "status":
        return _status(installation, console)
    if action == "stop":
        return _stop(installation, console, faults)
    if action == "record":
        return _record(installation, console, one(faults[0]), seconds, seed or 1, output)
    return _all(installation, console, faults, report)


def _list(console: Console) -> int:
    table = Table("fault", "what breaks", "alerts", box=None, padding=(0, 2, 0, 0))
    for fault in faults():
        table.add_row(
            fault.name, fault.title, ", ".join(dict.fromkeys(m.alert for m in fault.must)) or "[dim]none[/]"
        )
    console.print(table)
    return 0


def _start(installation: Installation, console: Console, fault: Fault, seconds: float) -> int:
    watch = Watch(installation.layout, fault, active_alerts(installation.layout))

    async def tell(over: asyncio.Event) -> None:  # only now is it known that no other drill is under way
        _introduce(console, fault, seconds)
        told: set[tuple[str, str]] = set()
        while await lasts(over, 0.5):
            await asyncio.to_thread(watch.look_at_alerts)
            for name in watch.fired.keys() - told:
                told.add(name)
                console.print(f"  {watch.fired[name]:5.1f} s  {clean(' of '.join(filter(None, name)))} fires")

    drills.run(installation, fault, seconds, tell)
    console.print("[green]✓[/] Everything is mended. Do the stores agree? ./shop reconcile")
    return 0


def _introduce(console: Console, fault: Fault, seconds: float) -> None:
    console.print(f"[bold]{fault.title}[/]. {fault.what}", soft_wrap=True)
    console.print(f"Customers: {fault.customer}", soft_wrap=True)
    for alert in fault.must:
        console.print(f"Expected: {alert.alert} of {alert.service} within {alert.within:.0f} s.", soft_wrap=True)
    for panel in fault.panels:
        console.print(f"Look at: the panel {panel.title!r} of {fault.where(panel)}.", soft_wrap=True)
    console.print(f"It lasts {seconds:.0f} s; Ctrl+C ends it sooner. A load beside it: ./shop load calm")


def _status(installation: Installation, console: Console) -> int:
    with state.drill_lock(installation.layout) as nobody:
        found = state.begun(installation.layout)
    if nobody and found:
        drills.mend(installation)
        console.print(f"A drill of {found.fault} had died; what it broke is mended now.")
    elif found and not nobody:
        left = max(0.0, found.until - time.time())
        console.print(f"{found.fault} lasts another {left:.0f} s. End it: ./shop drill stop")
    else:
        console.print("No drill is under way.")
    return 0


def _stop(installation: Installation, console: Console, names: list[str]) -> int:
    found = state.begun(installation.layout)
    if names and (found is None or found.fault != names[0]):
        raise ShopError(f"No drill of {names[0]} is under way.", "./shop drill status")
    fault = drills.end(installation)
    console.print(f"{fault} is mended." if fault else "No drill was under way.")
    return 0


def _record(
    installation: Installation,
    console: Console,
    fault: Fault,
    seconds: float | None,
    seed: int,
    output: Path | None,
) -> int:
    folder = output or installation.layout.run / "incidents" / f"{fault.name}-{seed}"
    record(installation, console, fault, seed, folder, seconds or fault.seconds)
    console.print(f"[green]✓[/] {folder}", soft_wrap=True)
    return 0


def _all(installation: Installation, console: Console, names: list[str], report: str | None) -> int:
    chosen = [one(name) for name in names] or drill_all.in_turn(faults())
    results: dict[str, object] = {}
    failed = 0
    drills.mend(installation)
    with steady(installation.layout) as load:
        for fault in chosen:
            console.print(f"[bold]{fault.name}[/]: {fault.title}", soft_wrap=True)
            try:
                outcome = drill_all.measure(installation, fault, load=load)
            except ShopError as error:
                problems = [error.message]
            else:
                _show(console, outcome)
                problems = drill_all.judge(fault, outcome)
            for problem in problems:
                console.print(f"  [bold red]✗[/] {clean(problem)}", soft_wrap=True)
            failed += bool(problems)
            if not problems:
                console.print("  [green]✓[/] as its file says")
                results[fault.name] = outcome.as_json()
            if report:
                _write(Path(report), results)
    console.print(f"{len(chosen) - failed} of {len(chosen)} drills did what their files say.")
    return 1 if failed else 0


def _show(console: Console, outcome: drill_all.Outcome) -> None:
    for (alert, service), fired in sorted(outcome.fired.items(), key=lambda item: item[1]):
        over = outcome.over.get((alert, service))
        ended = "still fires" if over is None else f"over {over} s after the repair"
        console.print(f"  {alert} of {service or '-'} after {fired} s, {ended}", soft_wrap=True)
    counts = outcome.counts
    console.print(
        f"  {counts.requests} requests, {counts.errors} wrong answers; mended in {outcome.mended} s, "
        f"recovered in {outcome.recovered} s; {counts.accepted} orders accepted, {outcome.orders} compared",
        soft_wrap=True,
    )


def _write(path: Path, results: dict[str, object]) -> None:
    found = {"date": f"{datetime.now(UTC):%Y-%m-%d}", "machine": f"{os.cpu_count()} processors", "drills": results}
    path.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
