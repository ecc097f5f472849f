"""Runs a drill from its beginning to the repair, and mends what one left that died."""

from __future__ import annotations

import asyncio
import json
import signal
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any, cast

from prometheus_client import CollectorRegistry, Gauge, start_http_server

from deploy.installation.errors import ShopError
from deploy.installation.files import write_private
from deploy.installation.layout import Layout
from deploy.operations.drills import flag, state
from deploy.operations.drills.fault import Cause, read_how
from deploy.operations.drills.place import How, Place, lasts
from deploy.operations.installation import Installation

__all__ = ["end", "mend", "run"]

_NO_TARGETS = "[]\n"  # as deploy/native/prometheus.py writes it
_JOB = "drill"
Watch = Callable[[asyncio.Event], Coroutine[Any, Any, object]]


def run(installation: Installation, fault: Cause, seconds: float, watch: Watch | None = None) -> bool:
    """Break it for so many seconds, and mend it: then, after Ctrl+C, after SIGTERM, and when anything fails.

    The result is False when a signal ended it.

    watch: is run while the fault lasts; it gets an event that is set when the fault is to end, and may set it.
    Raises ShopError, also when another drill is under way.
    """
    programs = installation.programs()
    programs.check(fault.way)
    with state.drill_lock(installation.layout) as is_alone:
        if not is_alone:
            raise ShopError("A drill is under way.", "./shop drill status shows it, ./shop drill stop ends it.")
        _mend(installation)
        return asyncio.run(_run(Place(installation.layout, programs), fault, seconds, watch))


async def _run(at: Place, fault: Cause, seconds: float, watch: Watch | None) -> bool:
    over = asyncio.Event()
    with _told_to_end(over) as signals:
        state.note(at.layout, fault.name, {"way": fault.way, **asdict(cast(Any, fault.how))}, seconds)
        watching: asyncio.Task[object] = asyncio.create_task(watch(over) if watch else over.wait())
        watching.add_done_callback(lambda _: over.set())  # also when it failed
        try:
            async with at.held:
                _announce(at, fault.name)
                await fault.how.begin(at)
                await lasts(over, seconds)
        finally:
            over.set()
            await _heal(at, fault.how)
        await watching
        return not signals


async def _heal(at: Place, how: How) -> None:
    flag.remove(at.layout)
    _targets(at.layout).write_text(_NO_TARGETS, encoding="utf-8")
    await how.heal(at)
    state.forget(at.layout)


@contextmanager
def _told_to_end(over: asyncio.Event) -> Iterator[list[signal.Signals]]:
    """Whoever tells the process to end ends the fault first; a second Ctrl+C does not stop the repair.

    Gives the signals that have come.
    """
    loop, come = asyncio.get_running_loop(), list[signal.Signals]()

    def end(number: signal.Signals) -> None:
        come.append(number)
        over.set()

    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    for number in before:
        loop.add_signal_handler(number, end, number)
    try:
        yield come
    finally:
        for number, handler in before.items():
            loop.remove_signal_handler(number)  # which leaves the default
            signal.signal(number, handler)


def _announce(at: Place, fault: str) -> None:
    """Let Prometheus see that the drill lasts, so that dashboards can mark it."""
    own = CollectorRegistry()
    active = Gauge("shop_drill_active", "1 while a drill has broken something", ["fault"], registry=own)
    active.labels(fault).set(1)
    server, thread = start_http_server(at.layout.port(_JOB), "127.0.0.1", own)
    at.held.callback(thread.join)
    at.held.callback(server.server_close)
    at.held.callback(server.shutdown)
    group = {"targets": [f"127.0.0.1:{at.layout.port(_JOB)}"], "labels": {"job": _JOB, "instance": _JOB}}
    write_private(_targets(at.layout), json.dumps([group]) + "\n")


def _targets(layout: Layout) -> Path:
    return layout.conf / "prometheus" / "targets" / f"{_JOB}.json"


def mend(installation: Installation) -> str:
    """Mend what a drill left that died; the name of its fault, empty where there was none. Raises ShopError."""
    with state.drill_lock(installation.layout) as is_alone:
        return _mend(installation) if is_alone else ""


def _mend(installation: Installation) -> str:
    left = state.begun(installation.layout)
    if left is None:
        return ""
    _, how = read_how(left.how, "what a drill left")
    asyncio.run(_heal(Place(installation.layout, installation.programs()), how))
    return left.fault


def end(installation: Installation) -> str:
    """End the drill that is under way, or mend what a dead one left; the name of its fault, empty: none."""
    found = state.begun(installation.layout)
    state.interrupt(installation.layout)
    return mend(installation) or (found.fault if found else "")
