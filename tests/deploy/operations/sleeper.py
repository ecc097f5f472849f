"""An installation of one program, a process that sleeps. Run as a module, this is a drill that freezes it."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

import psutil

from deploy.installation.layout import Layout
from deploy.operations.drills.fault import Fault, read_how
from deploy.operations.drills.run import run
from deploy.operations.installation import Installation

HOW = {"way": "freeze", "programs": ["sleeper"]}


class Sleeper:
    """The programs: only `sleeper`, whose pid is in the file `pid`."""

    def __init__(self, layout: Layout) -> None:
        self._pid_file = layout.run / "pid"

    def check(self, way: str) -> None:
        """Every way is possible."""

    def freeze(self, names: Sequence[str]) -> None:
        self._signal(signal.SIGSTOP)

    def thaw(self, names: Sequence[str]) -> None:
        self._signal(signal.SIGCONT)

    def _signal(self, number: signal.Signals) -> None:
        os.kill(int(self._pid_file.read_text()), number)


class OnlySleeper:
    """What a drill asks of an installation."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout

    def programs(self) -> Sleeper:
        return Sleeper(self.layout)


@contextmanager
def asleep(layout: Layout) -> Iterator[psutil.Process]:
    """A process that can be frozen, and is the program `sleeper` of this installation."""
    with subprocess.Popen(["sleep", "600"]) as process:
        try:
            (layout.run / "pid").write_text(str(process.pid))
            yield psutil.Process(process.pid)
        finally:
            process.kill()


def installation(layout: Layout) -> Installation:
    """It, as a drill sees it."""
    return cast(Installation, OnlySleeper(layout))


def fault(how: dict[str, Any] = HOW) -> Fault:
    """A fault without any promise."""
    way, read = read_how(how, "a test")
    return Fault(
        name="sleeper-frozen",
        title="title",
        what="what",
        part="sleeper",
        reason="process frozen",
        blast_radius="blast radius",
        customer="customer",
        heals="heals",
        seconds=60,
        way=way,
        how=read,
        panels=(),
    )


if __name__ == "__main__":
    run(installation(Layout.at(Path(sys.argv[1]), int(sys.argv[2]))), fault(), 60)
