"""The parts of a running platform as things that can be stopped, killed and made to hang, however it runs."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Protocol

from deploy.containers.stack import Containers
from deploy.installation.layout import Layout
from deploy.native.breaking import NativePrograms
from deploy.native.supervisor import Supervisor
from tests.waiting import wait_for


class Parts(Protocol):
    """What tests do to programs, by their native names: `redis`, or `order-service-2` for a replica."""

    def stop(self, names: Sequence[str]) -> None:
        """They end in good order, and stay away."""

    def start(self, names: Sequence[str]) -> None:
        """They are ready again."""

    def kill(self, name: str) -> None:
        """It dies at once; whoever watches over it has started another when this returns."""

    def freeze(self, names: Sequence[str]) -> None:
        """They accept connections and answer nothing."""

    def thaw(self, names: Sequence[str]) -> None:
        """They go on."""

    def started(self, name: str) -> float:
        """Since when it runs, in seconds since 1970."""

    def telemetry_name(self, name: str) -> str:
        """What a replica calls itself: its process's service.instance.id begins with it."""


def parts(platform: Layout) -> Parts:
    """The parts of this platform."""
    return InContainers(platform) if isinstance(platform, Containers) else Native(platform)


class Native(NativePrograms):
    """Processes under supervisord."""

    def __init__(self, platform: Layout) -> None:
        super().__init__(platform)
        self._states = Supervisor(platform).states

    def kill(self, name: str) -> None:
        before = self._states()[name].pid
        super().kill(name)
        wait_for(
            f"{name} to be back",
            lambda: self._states()[name],
            lambda state: state.name == "RUNNING" and state.pid != before,
        )

    def started(self, name: str) -> float:
        return self._states()[name].since

    def telemetry_name(self, name: str) -> str:
        return name


class InContainers:
    """Containers, which Docker starts again when their process dies."""

    def __init__(self, stack: Containers) -> None:
        self._stack = stack

    def stop(self, names: Sequence[str]) -> None:
        self._stack.docker("stop", *self._ids(names))

    def start(self, names: Sequence[str]) -> None:
        self._stack.docker("start", *self._ids(names))
        for name in names:
            wait_for(f"{name} to be healthy", lambda name=name: self._health(name), _is_healthy, 120)  # type: ignore[misc]

    def kill(self, name: str) -> None:
        before = self._inspect(name)["State"]["Pid"]
        os.kill(before, signal.SIGKILL)  # `docker kill` would count as a wish that it stays away
        wait_for(
            f"{name} to be back",
            lambda: self._inspect(name)["State"],
            lambda state: state["Running"] and state["Pid"] not in (0, before),
            60,
        )

    def freeze(self, names: Sequence[str]) -> None:
        self._stack.docker("pause", *self._ids(names))

    def thaw(self, names: Sequence[str]) -> None:
        self._stack.docker("unpause", *self._ids(names))

    def started(self, name: str) -> float:
        return datetime.fromisoformat(self._inspect(name)["State"]["StartedAt"][:19] + "+00:00").timestamp()

    def telemetry_name(self, name: str) -> str:
        return str(self._inspect(name)["Config"]["Hostname"])

    def _ids(self, names: Sequence[str]) -> list[str]:
        return [self._stack.container(name) for name in names]

    def _inspect(self, name: str) -> dict[str, Any]:
        found: list[dict[str, Any]] = json.loads(self._stack.docker("inspect", self._stack.container(name)))
        return found[0]

    def _health(self, name: str) -> str:
        return str(self._inspect(name)["State"]["Health"]["Status"])


def _is_healthy(status: str) -> bool:
    return status == "healthy"
