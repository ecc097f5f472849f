"""What a run prints: a line now and then, a table at the end; and the exit code that it deserves."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator

import gevent
from locust.env import Environment
from locust.stats import StatsEntry
from rich.console import Console
from rich.table import Table
from rich.text import Text

from loadtests import settings
from loadtests.objectives import Call, unmet
from loadtests.outcomes import ASKED_TO_WAIT, OUTCOMES

__all__ = ["progress", "show"]

_INTERVAL = 5  # seconds
_WIDTH = 100  # of what goes into a file
_console = Console(highlight=False, width=None if sys.stdout.isatty() else _WIDTH)


def progress(environment: Environment) -> None:
    """How far it is, for ever; results.json has it too."""
    while True:
        gevent.sleep(_INTERVAL)
        _keep(environment, [])
        total, runner = environment.stats.total, environment.runner
        if runner is not None and runner.user_count:
            _console.print(
                f"{runner.user_count} users, {total.num_requests} requests, {total.current_rps:.0f} a second, "
                f"{total.num_failures} failures"
            )


def show(environment: Environment) -> None:
    """The table, the failures and the outcomes, also as results.json; the exit code is 1 if there are failures."""
    runner = environment.runner
    errors = [f"{e.occurrences} x {e.method} {e.name}: {e.error}" for e in environment.stats.errors.values()]
    raised = [f"{e['count']} x {e['msg']}\n{e['traceback']}" for e in getattr(runner, "exceptions", {}).values()]
    entries = [*sorted(environment.stats.entries.values(), key=lambda e: (e.name, e.method))]
    if entries:
        _console.print(_table([*entries, environment.stats.total]))
    _console.print(_outcomes())
    failures = [
        *errors,
        *raised,
        *unmet(settings.SCENARIO.objectives, _calls(entries), OUTCOMES, OUTCOMES[ASKED_TO_WAIT]),
    ]
    for line in failures:
        _console.print("[red]failed[/]", Text(line))
    environment.process_exit_code = 1 if failures else 0
    _keep(environment, failures)


def _keep(environment: Environment, failures: list[str]) -> None:
    entries = environment.stats.entries.values()
    results = {
        "requests": {f"{e.method} {e.name}": dict(_numbers(e)) for e in entries},
        "outcomes": dict(OUTCOMES),
        "failures": failures,
    }
    part = settings.FOLDER / "results.part"
    part.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")
    part.replace(settings.FOLDER / "results.json")


def _calls(entries: list[StatsEntry]) -> dict[str, Call]:
    percentiles = {
        entry: {name: value for name, value in _numbers(entry) if name.startswith("p")} for entry in entries
    }
    return {f"{e.method} {e.name}": Call(e.num_requests, **found) for e, found in percentiles.items()}


def _numbers(entry: StatsEntry) -> Iterator[tuple[str, float]]:
    yield "requests", entry.num_requests
    yield "failures", entry.num_failures
    for percent in (50, 95, 99):
        yield f"p{percent}", entry.get_response_time_percentile(percent / 100)  # milliseconds


def _table(entries: list[StatsEntry]) -> Table:
    table = Table("call", box=None, padding=(0, 2))
    for heading in ("number", "failed", "p50 ms", "p95 ms", "p99 ms"):
        table.add_column(heading, justify="right")
    for entry in entries:
        table.add_row(f"{entry.method or ''} {entry.name}", *(f"{value:.0f}" for _, value in _numbers(entry)))
    return table


def _outcomes() -> Table:
    table = Table("outcome", box=None, padding=(0, 2))
    table.add_column("number", justify="right")
    for name, number in sorted(OUTCOMES.items()):
        table.add_row(name, str(number))
    return table
