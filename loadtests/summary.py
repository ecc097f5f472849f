"""What a run prints: a line now and then, a table at the end; and the exit code that it deserves."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict

import gevent
from locust.env import Environment
from locust.stats import StatsEntry
from rich.console import Console
from rich.table import Table
from rich.text import Text

from loadtests import crew, settings, steps, timeline
from loadtests.objectives import NO_CALLS, Call, Measured, Verdict, judge
from loadtests.outcomes import ASKED_TO_WAIT, OUTCOMES

__all__ = ["progress", "show"]

_INTERVAL = 5  # seconds
_WIDTH = 100  # of what goes into a file
_console = Console(highlight=False, width=None if sys.stdout.isatty() else _WIDTH)


def progress(environment: Environment, people: Callable[[], int]) -> None:
    """How far it is, for ever; results.json has it too. people: how many are there."""
    while True:
        gevent.sleep(_INTERVAL)
        _keep(environment, [])
        total, runner = environment.stats.total, environment.runner
        if runner is not None and runner.user_count:
            here, calls = people(), [e for e in environment.stats.entries.values() if _is_call(e)]
            _console.print(
                f"{here} user{'' if here == 1 else 's'}, {sum(e.num_requests for e in calls)} requests, "
                f"{sum(e.current_rps for e in calls):.0f} a second, {total.num_failures} failures"
            )


def show(environment: Environment) -> None:
    """The table, the outcomes and the failures, also as results.json; the exit code is 1 if something failed."""
    runner = environment.runner
    errors = [f"{e.occurrences} x {e.method} {e.name}: {e.error}" for e in environment.stats.errors.values()]
    raised = [f"{e['count']} x {e['msg']}\n{e['traceback']}" for e in getattr(runner, "exceptions", {}).values()]
    entries = [*sorted(environment.stats.entries.values(), key=lambda e: (e.name, e.method))]
    if entries:
        _console.print(_table(entries))
    _console.print(_outcomes())
    verdicts = list(_verdicts(entries))
    broken = [f"{one.found} (wanted: {one.objective})" for one in verdicts if not one.held]
    allowed = settings.SCENARIO.is_ramp or settings.SCENARIO.objectives.errors > 0  # then their share is judged
    lost = [f"workers that were lost, with what they had counted: {crew.lost()}"] if crew.lost() else []
    failures = [*([] if allowed else errors), *raised, *broken, *lost]
    for line in failures:
        _console.print("[red]failed[/]", Text(line))
    environment.process_exit_code = 1 if failures else 0
    _keep(environment, failures, verdicts)


def _verdicts(entries: list[StatsEntry]) -> Iterator[Verdict]:
    wanted = settings.SCENARIO.objectives
    if not settings.SCENARIO.is_ramp:
        yield from judge(wanted, Measured(_calls(entries), OUTCOMES, OUTCOMES[ASKED_TO_WAIT]))
    elif wanted.rate is not None:
        found = steps.highest(steps.steps())
        says = f"{found:g} a second hold every objective"
        yield Verdict(f"at least {wanted.rate:g} arrivals a second hold", says, held=found >= wanted.rate)


def _keep(environment: Environment, failures: list[str], verdicts: Sequence[Verdict] = ()) -> None:
    entries = environment.stats.entries.values()
    results = {
        "scenario": settings.SCENARIO.name,
        "seed": settings.SEED,
        "began": environment.stats.start_time,
        "ended": time.time(),
        "arrivals": len(settings.ARRIVALS),
        "requests": {f"{e.method} {e.name}": dict(_numbers(e)) for e in entries},
        "outcomes": dict(OUTCOMES),
        "failures": failures,
        "verdicts": [asdict(one) for one in verdicts],
        "steps": steps.as_json() if settings.SCENARIO.is_ramp else [],
        "moments": [asdict(one) for one in timeline.moments()] if verdicts else [],  # they are many after a night
        "slowest": timeline.slowest(),
    }
    part = settings.FOLDER / "results.part"
    part.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")
    part.replace(settings.FOLDER / "results.json")


def _calls(entries: list[StatsEntry]) -> dict[str, Call]:
    numbers = {entry: dict(_numbers(entry)) for entry in entries}
    return {
        f"{e.method} {e.name}": Call(e.num_requests, e.num_failures, found["p50"], found["p95"], found["p99"])
        for e, found in numbers.items()
    }


def _is_call(entry: StatsEntry) -> bool:
    return not f"{entry.method} {entry.name}".startswith(NO_CALLS)


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
