"""Starting programs together and waiting until each of them is ready."""

from __future__ import annotations

import time
from collections.abc import Iterable

from deploy.installation.errors import ShopError
from deploy.installation.layout import Layout
from deploy.native.programs import Program
from deploy.native.supervisor import State, Supervisor

LIMIT_SECONDS = 90.0
# The first death may be bad luck (a leftover of a kill); the second at once after it is not.
_DEATHS = 2
_SHOWN = 8  # last lines of each log


def start(supervisor: Supervisor, programs: Iterable[Program]) -> None:
    """Start what is stopped."""
    states = supervisor.states()
    for program in programs:
        if not states[program.name].is_started:
            supervisor.start(program.name)


def wait(
    layout: Layout, supervisor: Supervisor, programs: Iterable[Program], limit: float = LIMIT_SECONDS
) -> None:
    """Return when all are ready; raise a `ShopError` when one dies or takes longer than `limit` seconds."""
    waiting = list(programs)
    pids: dict[str, set[int]] = {program.name: set() for program in waiting}
    deadline = time.monotonic() + limit
    while True:
        states = supervisor.states()
        for program in waiting:
            if _is_dying(states[program.name], pids[program.name]):
                supervisor.stop([program.name])  # or it would be started again for ever
                raise ShopError(
                    f"{program.name} ended at its start. {states[program.name].error}".strip()
                    + _last_lines(layout, program.name),
                    f"Its logs: {_log_names(layout, program.name)}. Then ./shop up again.",
                )
        reasons = {program.name: program.ready() for program in waiting}
        waiting = [program for program in waiting if reasons[program.name] is not None]
        if not waiting:
            return
        if time.monotonic() > deadline:
            name = waiting[0].name
            raise ShopError(
                f"{name} is not ready after {limit:.0f} s: {reasons[name]}" + _last_lines(layout, name),
                f"Its logs: {_log_names(layout, name)}.",
            )
        time.sleep(0.1)


def _is_dying(state: State, seen: set[int]) -> bool:
    if state.pid:
        seen.add(state.pid)
    deaths = len(seen) - (1 if state.pid else 0)
    return state.name == "FATAL" or deaths >= _DEATHS or (state.name == "BACKOFF" and bool(state.error))


def _last_lines(layout: Layout, name: str) -> str:
    lines: list[str] = []
    for path in (layout.logs / f"{name}.log", layout.logs / f"{name}.err.log"):
        if path.exists():
            lines += path.read_text(errors="replace").splitlines()[-_SHOWN:]
    return "".join(f"\n  {line[:400]}" for line in lines)


def _log_names(layout: Layout, name: str) -> str:
    return f"{layout.logs / name}.log and .err.log"
