"""What an operator does with an installation, whichever way it runs. The commands of ./shop know no more of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Protocol

from rich.console import Console

from deploy.installation.layout import Layout
from deploy.operations.backup.reach import ClientCommand, Reach
from deploy.operations.rollout import Colours


class Programs(Protocol):
    """Programs of an installation as a drill treats them, by their names: `redis`, or that of a replica."""

    def check(self, way: str) -> None:
        """Raise a ShopError where such a fault is not possible; the ways are in deploy/operations/drills."""

    def stop(self, names: Sequence[str]) -> None:
        """End them in good order; they stay away."""

    def start(self, names: Sequence[str]) -> None:
        """Start those that do not run; all are ready when this returns."""

    def kill(self, name: str) -> None:
        """Kill the process of one; who watches over it starts a new one."""

    def freeze(self, names: Sequence[str]) -> None:
        """Hold them and their children still: they accept connections, and answer nothing."""

    def thaw(self, names: Sequence[str]) -> None:
        """Let them go on; all are ready when this returns."""

    def reload(self, name: str) -> None:
        """Let one read its configuration again."""

    def tell_broker(self, command: Sequence[str]) -> None:
        """One command of `rabbitmqctl`. Where nothing runs, it is not given."""


class Crowd(Protocol):
    """Customers who come from elsewhere than this machine. Everything raises ShopError."""

    def command(self, settings: Mapping[str, str], arguments: Sequence[str]) -> Sequence[str]:
        """What lets Locust run there until the load is over. settings, arguments: what it is told."""

    def end(self) -> None:
        """End it early, and wait until it has."""

    def results(self) -> str:
        """The results of the last load, as JSON; empty when there are none."""


class Installation(Protocol):
    """One installation. Methods that change something raise ShopError."""

    @property
    def layout(self) -> Layout:
        """The directories and ports of the installation."""

    def up(self, console: Console) -> Installation:
        """Install what is missing, start everything, wait until it answers; the installation that then runs."""

    def down(self, *, wipe: bool) -> None:
        """Stop everything. wipe: delete data, logs and secrets too."""

    def restart(self, service: str | None, console: Console) -> None:
        """Start new processes, replica by replica, of one service or of all that have replicas."""

    def processes(self) -> list[dict[str, Any]]:
        """Every process or container that is meant to run.

        name, state, health (with a reason where it is not `healthy`), ports, restarts (that nobody asked for),
        pid, uptime (seconds), rss and pss (bytes, with its children).
        """

    def reach(self) -> Reach:
        """How its stores are reached, for a backup and a restore."""

    def programs(self) -> Programs:
        """The programs of the installation, for a drill. Raises ShopError where drills are not possible."""

    def colours(self, ready_within: float) -> Colours:
        """The two colours of the services, for one rollout. Raises ShopError where there are none.

        ready_within: seconds for pods of the new version.
        """

    def job(self, service: str, module: str) -> ClientCommand:
        """A module to run once, with the settings of a service."""

    def follow_logs(self) -> Iterator[tuple[str, str]] | None:
        """Every line from now on with the program that wrote it; None where the lines appear in `layout.logs`."""

    def crowd(self) -> Crowd | None:
        """Where Locust runs, if not as a process of this machine."""

    def check_load_page(self) -> None:
        """Raise a ShopError when Locust's own page cannot be served."""

    def links(self) -> Mapping[str, tuple[bool, str]]:
        """For each page that only one way to run has: whether it is there, and what is said about it."""

    def pages(self) -> Mapping[str, str]:
        """Paths that differ between the ways to run: `query`, which a PromQL follows, and `alerts`."""

    def logins(self) -> Mapping[str, tuple[str, str]]:
        """For each page that asks for a login: the user, and the name of the file with the password."""

    def stand_ins(self) -> str:
        """What stands in for parts that are not installed; empty when nothing does."""

    def port_forwards(self) -> Sequence[str]:
        """The commands that open the pages, where an address alone does not."""
