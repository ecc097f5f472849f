"""Programs of the native run as a drill treats them: stopped, frozen, killed, and well again."""

from __future__ import annotations

import os
import signal
from collections.abc import Sequence
from contextlib import suppress

from deploy.installation.errors import ShopError
from deploy.installation.layout import Layout
from deploy.installation.secrets import ensure
from deploy.native import platform, processes, rabbitmq
from deploy.native.programs import Program
from deploy.native.starting import start, wait
from deploy.native.supervisor import Supervisor

__all__ = ["NativePrograms"]


class NativePrograms:
    """The programs under supervisord, as deploy/operations/installation.py wants them.

    Where supervisord does not run there is nothing to mend: the next `./shop up` starts everything anew.
    """

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._supervisor = Supervisor(layout)

    def check(self, way: str) -> None:
        """Every way works."""

    def stop(self, names: Sequence[str]) -> None:
        self._described(names)
        self._supervisor.stop(names)

    def start(self, names: Sequence[str]) -> None:
        if self._supervisor.is_running():
            chosen = self._described(names)
            start(self._supervisor, chosen)
            wait(self._layout, self._supervisor, chosen)

    def kill(self, name: str) -> None:
        self._described([name])
        if pid := self._supervisor.states()[name].pid:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def freeze(self, names: Sequence[str]) -> None:
        self._signal(names, signal.SIGSTOP)

    def thaw(self, names: Sequence[str]) -> None:
        if self._supervisor.is_running():
            self._signal(names, signal.SIGCONT)
            self.start(names)

    def reload(self, name: str) -> None:
        self._described([name])
        if self._supervisor.is_running() and (pid := self._supervisor.states()[name].pid):
            os.kill(pid, signal.SIGHUP)

    def tell_broker(self, command: Sequence[str]) -> None:
        if self._supervisor.is_running() and self._supervisor.states()["rabbitmq"].pid:
            rabbitmq.control(self._layout, ensure(self._layout.secrets), command)

    def _described(self, names: Sequence[str]) -> list[Program]:
        programs = {p.name: p for p in platform.describe(self._layout, ensure(self._layout.secrets)).programs}
        for name in names:
            if name not in programs:
                raise ShopError(f"There is no program {name!r}.", f"There are: {', '.join(programs)}.")
        return [programs[name] for name in names]

    def _signal(self, names: Sequence[str], number: signal.Signals) -> None:
        self._described(names)
        states = self._supervisor.states()
        for name in names:
            if pid := states[name].pid:
                for process in processes.tree(pid):
                    with suppress(ProcessLookupError):
                        os.kill(process, number)
