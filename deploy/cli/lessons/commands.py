"""Runs the commands of a lesson: here, or beside it until it ends."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from deploy.cli.child import SHOP, begin, environment
from deploy.installation.children import end
from deploy.installation.errors import ShopError
from deploy.operations.drills import run as drills
from deploy.operations.drills import state
from deploy.operations.installation import Installation

__all__ = ["Commands"]

_BEGINS_WITHIN = {"drill": 30.0, "load": 2.0}  # seconds; a drill says when it has begun, a load does not
_LOOK = 0.1
_ENDS_WITHIN = 150.0  # a drill waits until what it broke is ready again
_LAST_LINES = 2  # what went wrong, and what to do about it


class Commands:
    """Commands of ./shop on one installation. What runs beside a lesson ends with the block.

    file: what the commands of the lesson write, deleted at the end. Empty: none. program: what takes their words.
    """

    def __init__(self, installation: Installation, file: str = "", program: Sequence[str] = SHOP) -> None:
        layout = installation.layout
        self._installation = installation
        self._program = program
        self._file = layout.checkout / file if file else None
        self._beside: list[subprocess.Popen[bytes]] = []
        self._drills = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self.end()

    @property
    def is_anything_left(self) -> bool:
        """Whether there is something to put back."""
        return bool(self._beside)

    def here(self, words: Sequence[str]) -> int:
        """Run a command to its end; its exit code."""
        sys.stdout.flush()
        layout = self._installation.layout
        command = [*self._program, *words]
        return subprocess.run(command, cwd=layout.checkout, env=environment(layout), check=False).returncode

    def beside(self, words: Sequence[str]) -> None:
        """Begin a command that goes on. Raises ShopError when it ends at once."""
        layout = self._installation.layout
        log = layout.logs / f"tour-{words[0]}.txt"  # no *.log: it is no log of a program
        process = begin(layout, [*self._program, *words], log)
        self._beside.append(process)
        self._drills |= words[0] == "drill"
        if not self._has_begun(process, _BEGINS_WITHIN[words[0]]):
            raise ShopError(f"./shop {' '.join(words)} did not begin: {_end_of(log)}", f"What it printed: {log}")

    def _has_begun(self, process: subprocess.Popen[bytes], within: float) -> bool:
        deadline = time.monotonic() + within
        while time.monotonic() < deadline:
            begun = state.begun(self._installation.layout)
            if begun is not None and begun.pid == process.pid:
                return True
            with suppress(subprocess.TimeoutExpired):
                return process.wait(_LOOK) == 0
        return True

    def end(self) -> None:
        """End what runs beside the lesson and mend what it broke, whatever signals come meanwhile."""
        before = signal.signal(signal.SIGINT, signal.SIG_IGN)
        try:
            end(*self._beside, within=_ENDS_WITHIN)
            if self._drills:
                drills.mend(self._installation)  # what a drill left that was killed
        finally:
            self._beside.clear()
            if self._file:
                self._file.unlink(missing_ok=True)
            signal.signal(signal.SIGINT, before)


def _end_of(log: Path) -> str:
    lines = [line for line in log.read_text(encoding="utf-8", errors="replace").splitlines() if line.strip()]
    return " ".join(lines[-_LAST_LINES:])
