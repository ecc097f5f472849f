"""A command of ./shop. Each file of `commands/` holds one, named COMMAND; adding one touches nothing else.

This module, those files and what they import need only the standard library: an overview, a `--help` and a typing
mistake are answered before anything is installed, by whatever Python there is.
"""

from __future__ import annotations

import argparse
import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console

    from deploy.installation.layout import Layout
    from deploy.operations.installation import Installation

__all__ = ["GO_ON", "GROUPS", "Command", "Context", "find_all", "go_on"]

GO_ON = 100  # no exit code of a command: the arguments make sense, and the command can run

GROUPS: dict[str, str] = {
    "run": "Run it",
    "look": "Look at it",
    "load": "Load it",
    "mend": "Mend it",
}


@dataclass(frozen=True)
class Context:
    """What a command works on."""

    installation: Installation
    console: Console
    rest: list[str]  # arguments that only a command with `takes_rest` may get

    @property
    def layout(self) -> Layout:
        """Where the installation lies and listens."""
        return self.installation.layout


def _no_arguments(_: argparse.ArgumentParser) -> None:
    """The command has none."""


def _nothing(_: argparse.Namespace) -> None:
    """Say nothing before the command runs."""


def _accept(_: argparse.Namespace, __: list[str]) -> None:
    """The arguments need no other check than each by itself."""


def go_on(_: argparse.Namespace) -> int:
    """Go on without a platform: this command needs none."""
    return GO_ON


def _refuse(_: argparse.Namespace) -> int:
    """Most commands have nothing to work on where nothing was started."""
    from deploy.installation.errors import NoPlatformError

    raise NoPlatformError


@dataclass(frozen=True)
class Command:
    """One command. `usage` is its line in the overview.

    run: returns the exit code and imports what it needs. Without it, the module of deploy/cli that has the name of
    the command does the work, by its run(installation, console, **options).
    """

    name: str
    group: str
    usage: str
    summary: str
    run: Callable[[argparse.Namespace, Context], int] | None = None
    arguments: Callable[[argparse.ArgumentParser], None] = _no_arguments
    examples: tuple[str, ...] = field(default=())
    takes_rest: bool = False
    check: Callable[[argparse.Namespace, list[str]], None] = _accept  # of options and rest; raises UsageError
    early: Callable[[argparse.Namespace], None] = _nothing  # what can be refused before anything is installed
    # What the command does where nothing was started yet: its exit code, or GO_ON.
    without_platform: Callable[[argparse.Namespace], int] = _refuse
    asks_stores: bool = False  # it needs their passwords, which a start that failed may not have made
    when_interrupted: str = ""  # what is said after Ctrl+C
    rank: int = 0  # the place in its group
    is_of_cluster: bool = False  # --kubernetes goes without saying
    not_in_cluster: str = ""  # what is done instead, where --kubernetes has no meaning for it

    def execute(self, options: argparse.Namespace, context: Context) -> int:
        """Do the work; the exit code."""
        if self.run is not None:
            return self.run(options, context)
        module = importlib.import_module(f"deploy.cli.{self.name}")
        return int(module.run(context.installation, context.console, **vars(options)))


def find_all() -> dict[str, Command]:
    """Every command by its name, in the order of the overview."""
    from deploy.cli import commands

    found: list[Command] = [
        importlib.import_module(f"{commands.__name__}.{module.name}").COMMAND
        for module in pkgutil.iter_modules(commands.__path__)
    ]
    order = list(GROUPS)
    found.sort(key=lambda command: (order.index(command.group), command.rank, command.name))
    return {command.name: command for command in found}
