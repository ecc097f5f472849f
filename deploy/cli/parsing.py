"""Reads the command line of ./shop. Only the standard library: mistakes are answered before any installation."""

from __future__ import annotations

import argparse
import difflib
import re
import sys
from collections.abc import Iterable
from typing import NoReturn

from deploy.cli import overview
from deploy.cli.command import Command, find_all

__all__ = ["parse"]

_OVERVIEW = ("help", "-h", "--help")
_INVALID_CHOICE = re.compile(
    r"argument \S+: invalid choice: '(?P<given>.*)' \(choose from (?P<known>.*)\)", re.DOTALL
)


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in one line and what may have been meant in the next; exit code 2."""

    def error(self, message: str) -> NoReturn:
        choice = _INVALID_CHOICE.fullmatch(message)
        if choice is not None:
            known = [name.strip("'\" ") for name in choice["known"].split(",")]
            _refuse(f"{self.prog} does not know {choice['given']!r}.", _one_of(known, choice["given"]))
        _refuse(f"{message[:1].upper()}{message[1:]}.", f"{self.prog} --help")


def parse(arguments: list[str]) -> tuple[Command, argparse.Namespace, list[str]]:
    """The command, its options, and what else was given. Exits: 0 after a help text, 2 after a mistake."""
    commands = find_all()
    if not arguments or arguments[0] in _OVERVIEW[1:] or arguments == ["help"]:
        overview.show(commands)
        sys.exit(0)
    if arguments[0] == "help":  # `./shop help up` is `./shop up --help`
        arguments = [arguments[1], "--help"]
    command = commands.get(arguments[0])
    if command is None:
        _refuse(f"./shop has no command {arguments[0]!r}.", _one_of(commands, arguments[0], "./shop "))
    parser = _parser(command)
    options, rest = parser.parse_known_args(arguments[1:])
    if rest and not command.takes_rest:
        flags = [flag for action in parser._actions for flag in action.option_strings if len(flag) > 2]
        _refuse(
            f"./shop {command.name} does not take {rest[0]!r}.",
            _nearest(flags, rest[0]) or f"{parser.prog} --help",
        )
    return command, options, rest


def _parser(command: Command) -> _Parser:
    parser = _Parser(
        prog=f"./shop {command.name}",
        description=f"{command.summary}.",
        epilog="\n  ".join(("examples:", *command.examples)) if command.examples else None,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    command.arguments(parser)
    return parser


def _one_of(known: Iterable[str], given: str, prefix: str = "") -> str:
    names = list(known)
    return _nearest([f"{prefix}{name}" for name in names], f"{prefix}{given}") or f"One of: {', '.join(names)}"


def _nearest(known: list[str], given: str) -> str | None:
    close = difflib.get_close_matches(given.split("=")[0], known, n=1, cutoff=0.6)
    return f"Did you mean {close[0]}?" if close else None


def _refuse(what: str, remedy: str) -> NoReturn:
    print(f"✗ {what}\n→ {remedy}", file=sys.stderr)
    sys.exit(2)
