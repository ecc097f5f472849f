"""Reads the command line of ./shop. Only the standard library: mistakes are answered before any installation."""

from __future__ import annotations

import argparse
import re
import sys
from typing import NoReturn

from deploy.cli import overview
from deploy.cli.command import Command, find_all
from deploy.installation.errors import UsageError, reason
from deploy.installation.suggestions import nearest, one_of

__all__ = ["parse", "refuse"]

_OVERVIEW = ("help", "-h", "--help")
_REQUIRED = "the following arguments are required: "
_INVALID_CHOICE = re.compile(
    r"argument \S+: invalid choice: '(?P<given>.*)' \(choose from (?P<known>.*)\)", re.DOTALL
)


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in one line and what may have been meant in the next; exit code 2."""

    def error(self, message: str) -> NoReturn:
        choice = _INVALID_CHOICE.fullmatch(message)
        if choice is not None:
            known = [name.strip("'\" ") for name in choice["known"].split(",")]
            refuse(f"{self.prog} does not know {choice['given']!r}.", one_of(choice["given"], known))
        if message.startswith(_REQUIRED):
            missing = message.removeprefix(_REQUIRED).split(", ")[0]
            known = next((list(action.choices or ()) for action in self._actions if action.dest == missing), [])
            remedy = f"One of: {', '.join(known)}" if known else f"{self.prog} --help"
            shown = missing if missing.startswith("-") else f"<{missing}>"
            refuse(f"{self.prog} needs {shown}.", remedy)
        refuse(f"{_in_plain_words(message)}.", f"{self.prog} --help")


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
        known = [*commands, "--help"]
        refuse(
            f"./shop has no command {arguments[0]!r}.",
            nearest(arguments[0], known, "./shop ") or "See all commands: ./shop",
        )
    parser = _parser(command)
    # Options may stand between words, but for what is handed on to another program.
    read = parser.parse_known_args if command.takes_rest else parser.parse_known_intermixed_args
    options, rest = read(arguments[1:])
    if rest and not command.takes_rest:
        flags = [flag for action in parser._actions for flag in action.option_strings if len(flag) > 2]
        refuse(
            f"./shop {command.name} does not take {rest[0]!r}.",
            nearest(rest[0], flags) or f"{parser.prog} --help",
        )
    if options.kubernetes and command.not_in_cluster:
        refuse(f"./shop {command.name} has no --kubernetes.", command.not_in_cluster)
    try:
        command.check(options, rest)
    except UsageError as error:
        refuse(error.message, error.remedy)
    except OSError as error:  # of a file that was named
        refuse(f"The file cannot be used: {reason(error)}.", f"{parser.prog} --help")
    return command, options, rest


def _in_plain_words(message: str) -> str:
    """What argparse says, without its own terms."""
    option, colon, said = message.removeprefix("argument ").partition(": ")
    if not message.startswith("argument ") or not colon:
        return f"{message[:1].upper()}{message[1:]}"
    if said == "expected one argument":
        return f"{option} needs a value"
    if said.startswith("ignored explicit argument"):
        return f"{option} takes no value"
    if said.startswith("not allowed with argument "):
        return f"{option} and {said.removeprefix('not allowed with argument ')} exclude each other"
    return f"{option}: {said}"


def _parser(command: Command) -> _Parser:
    parser = _Parser(
        prog=f"./shop {command.name}",
        description=f"{command.summary}.",
        epilog="\n  ".join(("examples:", *command.examples)) if command.examples else None,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    command.arguments(parser)
    about = "in the cluster of kubectl, in the namespace SHOP_NAMESPACE (shop)"
    parser.add_argument(
        "--kubernetes", action="store_true", help=argparse.SUPPRESS if command.not_in_cluster else about
    )
    return parser


def refuse(what: str, remedy: str) -> NoReturn:
    """End with what is wrong, what to do about it, and exit code 2."""
    print(f"✗ {what}\n→ {remedy}", file=sys.stderr)
    sys.exit(2)
