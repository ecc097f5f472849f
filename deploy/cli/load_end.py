"""What is looked at when a load is over: the stores, what Prometheus saw, and what all of it comes to."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from rich.console import Console

from deploy.cli import load_metrics, urls
from deploy.cli.terminal import clean
from deploy.operations.asking import CouldNotAskError
from deploy.operations.installation import Installation
from deploy.operations.reconcile import reconcile
from loadtests import report as pages
from loadtests.objectives import Verdict
from loadtests.scenario import Scenario

__all__ = ["finish"]

_SETTLE = 10.0  # seconds that a disagreement between the stores must last before it counts
_FAILED = 1  # exit code


def finish(
    installation: Installation,
    console: Console,
    chosen: Scenario,
    code: int,
    *,
    asks_stores: bool,
    report: bool,
) -> int:
    """Judge what Locust cannot judge, say so, and keep it with Locust's results; the exit code of the load.

    code: Locust's. asks_stores: whether the stores and Prometheus are asked. report: whether to make a page.
    """
    file = installation.layout.run / "load" / "results.json"
    try:
        results: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return _FAILED  # Locust has said why
    load, _, _ = os.getloadavg()  # far above the number of processors: others use this machine, too
    results["machine"] = f"{os.cpu_count()} processors, load average {load:.0f}"
    if asks_stores:
        with console.status("Comparing orders, payments, the ledger and stock"):
            verdicts = [*_reconciled(installation), *_measured(installation, chosen, results)]
        results["verdicts"] += [asdict(one) for one in verdicts]
        results["failures"] += [f"{one.found} (wanted: {one.objective})" for one in verdicts if not one.held]
    for one in results["verdicts"]:
        mark = "[green]✓[/]" if one["held"] else "[bold red]✗[/]"
        console.print(f"{mark} {clean(one['objective'])}: {clean(one['found'])}", soft_wrap=True)
    file.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")
    if report:
        _write_report(installation, console, results)
    return _FAILED if code or results["failures"] else 0


def _reconciled(installation: Installation) -> Iterator[Verdict]:
    says = "the stores agree about every order"
    try:
        found = reconcile(installation.layout, _SETTLE)
    except CouldNotAskError as error:
        yield Verdict(says, str(error), held=False)
        return
    lines = "; ".join(map(str, found.disagreements[:5]))
    number = len(found.disagreements)
    told = f"{number} disagreements about {found.orders} orders" if number else f"{found.orders} orders agree"
    yield Verdict(says, f"{told}: {lines}" if lines else told, held=not number)


def _measured(installation: Installation, chosen: Scenario, results: dict[str, Any]) -> Iterator[Verdict]:
    prometheus = load_metrics.Asking(installation.layout, results["began"], results["ended"])
    if chosen.objectives.budget is not None:
        yield prometheus.budget(chosen.objectives.budget)
    for asked in chosen.objectives.prometheus:
        yield prometheus.answer(asked)
    if chosen.is_ramp:
        results["saturation"] = prometheus.saturation(chosen.stages, results["moments"])


def _write_report(installation: Installation, console: Console, results: dict[str, Any]) -> None:
    addresses = urls.collect(installation)
    page = installation.layout.run / "load" / f"{results['scenario']}.html"
    page.write_text(pages.render(results, addresses["jaeger"] or "", addresses["grafana"] or ""), encoding="utf-8")
    console.print(f"The report: {page}", soft_wrap=True)
