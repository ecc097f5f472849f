"""What the platform costs while nobody uses it, by process:

    .venv/bin/python -m loadtests.idle [--seconds 60] [--json .run/load/idle.json]

The platform of this checkout must run, and be left alone. Processor time is user and system time as the operating
system counts it, in thousandths of one core; memory is the proportional share (PSS), in which what processes share
counts once.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from deploy.installation.numbers import decimal
from deploy.native import processes
from deploy.native.supervisor import Supervisor
from loadtests.running import running
from loadtests.tax.processes import processor_seconds

__all__ = ["Cost", "costs", "table"]


@dataclass(frozen=True)
class Cost:
    """One program with the processes that it started. core: thousandths of one core. memory: MB of PSS."""

    program: str
    core: float
    memory: float


def costs(supervisor: Supervisor, seconds: float) -> list[Cost]:
    """Of every program, the dearest first."""
    programs = {name: state.pid for name, state in supervisor.states().items() if state.pid}
    programs["supervisord"] = supervisor.pid()  # the others are its children
    before, since = _seconds(programs), time.monotonic()
    time.sleep(seconds)
    after, lasted = _seconds(programs), time.monotonic() - since
    found = []
    for name, pid in programs.items():
        memory = processes.memory([pid] if name == "supervisord" else processes.tree(pid)).pss / 2**20
        found.append(Cost(name, round((after[name] - before[name]) / lasted * 1000, 2), round(memory, 1)))
    return sorted(found, key=lambda cost: -cost.core)


def table(found: Iterable[Cost]) -> str:
    """Markdown, with the sums in the first row."""
    found = list(found)
    every = Cost("all", sum(cost.core for cost in found), sum(cost.memory for cost in found))
    rows = [f"| {cost.program} | {cost.core / 10:.2f} % | {cost.memory:.0f} MB |" for cost in (every, *found)]
    return "\n".join(["| program | of one core | memory (PSS) |", "| --- | ---: | ---: |", *rows])


def _seconds(programs: Mapping[str, int]) -> dict[str, float]:
    return {name: processor_seconds(pid, alone=name == "supervisord") for name, pid in programs.items()}


def main(arguments: list[str] | None = None) -> int:
    """The exit code."""
    parser = argparse.ArgumentParser(
        prog="loadtests.idle", description="What the platform costs while it is idle."
    )
    parser.add_argument("--seconds", type=decimal, default=60.0)
    parser.add_argument("--json", type=Path)
    chosen = parser.parse_args(arguments)
    layout, supervisor = running(parser)
    found = costs(supervisor, chosen.seconds)
    print(table(found))
    target = chosen.json or layout.run / "load" / "idle.json"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps([asdict(cost) for cost in found], indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
