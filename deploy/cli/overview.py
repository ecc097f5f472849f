"""The overview that ./shop prints without arguments. Only the standard library: nothing may be installed yet."""

from __future__ import annotations

import os
import sys

from deploy.cli.command import GROUPS, Command

__all__ = ["show"]

_STYLES = {"bold": "1", "dim": "2", "title": "1;36", "command": "32"}
_FIRST = (
    ("./shop up", "start it: the first time takes two to four minutes"),
    ("./shop buy", "buy something from here, and follow it"),
    ("./shop tour", "learn to observe it, in twelve lessons of five minutes"),
)


def show(commands: dict[str, Command]) -> None:
    """Print all commands by their groups."""
    print("\n".join(_lines(commands)))


def _lines(commands: dict[str, Command]) -> list[str]:
    width = max(len(command.usage) for command in commands.values()) + 2
    lines = [
        f"{_styled('title', 'Glasshouse')}: a shop that you can see through",
        "",
        f"{_styled('bold', 'Begin here')}",
        *(f"  {_styled('command', line.ljust(width + 7))} {about}" for line, about in _FIRST),
    ]
    for group, title in GROUPS.items():
        lines += ["", _styled("bold", title)]
        for command in commands.values():
            if command.group == group:
                usage = command.usage.ljust(width)
                lines.append(f"  {_styled('dim', './shop')} {_styled('command', usage)} {command.summary}")
    return [
        *lines,
        "",
        _styled("dim", "./shop <command> --help says more. Begin with README.md; when stuck, TROUBLESHOOTING.md."),
    ]


def _styled(style: str, text: str) -> str:
    coloured = sys.stdout.isatty() and "NO_COLOR" not in os.environ and os.environ.get("TERM") != "dumb"
    return f"\033[{_STYLES[style]}m{text}\033[0m" if coloured else text
