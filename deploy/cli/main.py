"""Runs one command of ./shop and turns what goes wrong into a sentence and an exit code."""

from __future__ import annotations

import argparse
import logging
import os
import signal
import sys
from collections.abc import Sequence

from deploy.cli.command import GO_ON, Command, Context
from deploy.cli.parsing import parse

__all__ = ["main", "understand"]

_PIPE = 120  # columns


def understand(arguments: Sequence[str]) -> int:
    """Only read the arguments: answers help, mistakes and what cannot work, without installing anything.

    The result is GO_ON when the command can run once everything is installed.
    """
    from deploy.installation.errors import ShopError
    from deploy.installation.layout import CHECKOUT, check_name

    command, options, _ = parse(list(arguments))
    try:
        check_name(CHECKOUT)
        if vars(options).pop("kubernetes") or command.is_of_cluster:
            return GO_ON
        if (code := _without_platform(command, options)) != GO_ON:
            return code
        command.early(options)
    except ShopError as error:
        print(f"✗ {error.message}\n→ {error.remedy}", file=sys.stderr)
        return error.code
    return GO_ON


def main(arguments: Sequence[str]) -> int:
    """Run one command; the result is the exit code."""
    return _run(*parse(list(arguments)))


def _run(command: Command, options: argparse.Namespace, rest: list[str]) -> int:
    from rich.console import Console

    from deploy.cli.terminal import ClusterConsole, for_cluster, shown
    from deploy.cli.ways import cluster, current
    from deploy.installation.errors import ShopError, reason

    in_cluster = vars(options).pop("kubernetes") or command.is_of_cluster
    kind = ClusterConsole if in_cluster else Console
    errors = kind(stderr=True, highlight=False)
    logging.getLogger().addHandler(logging.NullHandler())  # what libraries log about a failure is told by us
    try:
        _end_like_ctrl_c()
        if not in_cluster and (code := _without_platform(command, options)) != GO_ON:
            return code
        installation = cluster() if in_cluster else current()
        code = command.execute(options, Context(installation, kind(highlight=False, width=_width()), rest))
        sys.stdout.flush()
        return code
    except ShopError as error:
        errors.print("[bold red]✗[/]", shown(error.message), soft_wrap=True)
        if error.remedy:
            remedy = for_cluster(error.remedy) if in_cluster else error.remedy
            errors.print("[yellow]→[/]", shown(remedy), soft_wrap=True)
        return error.code
    except BrokenPipeError:  # the reader of a pipe has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except (
        OSError
    ) as error:  # what a command does not explain better by itself: no permission, no room, no program
        errors.print("[bold red]✗[/] That could not be done:", shown(reason(error)), soft_wrap=True)
        errors.print(
            "[yellow]→[/] May you read and write there? Is there room? Is the program installed?", soft_wrap=True
        )
        return 1
    except KeyboardInterrupt:
        errors.print("\nInterrupted." + command.when_interrupted)
        return 130


def _end_like_ctrl_c() -> None:
    """Whoever ends the command or closes its terminal leaves nothing half done: what it began is put back."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is not signal.SIG_IGN:  # as nohup has it
            signal.signal(number, _interrupt)


def _interrupt(number: int, _frame: object) -> None:
    raise KeyboardInterrupt(signal.Signals(number))


def _without_platform(command: Command, options: argparse.Namespace) -> int:
    from deploy.installation.layout import Layout

    layout = Layout.from_environment()
    made = layout.secrets if command.asks_stores else layout.run
    return GO_ON if made.is_dir() else command.without_platform(options)


def _width() -> int | None:
    """Columns for the output; None: those of the terminal. A pipe has none of its own, and wants whole lines."""
    return None if sys.stdout.isatty() or "COLUMNS" in os.environ else _PIPE
