"""Text on a terminal. Whatever a message, a span, a log line or a store holds, it is only read.

Escape sequences would steer the terminal, bidirectional overrides show another text than there is, and Rich would
take `[red]` for its own. So whatever may come from outside is printed as `shown(text)`.
"""

from __future__ import annotations

import re
from typing import Any

from rich.console import Console
from rich.text import Text

from deploy.cli.command import find_all

__all__ = ["ClusterConsole", "clean", "clean_lines", "for_cluster", "shown"]

_LONGEST = 2_000  # characters of one text
_COMMAND = re.compile(r"\./shop (?P<name>[a-z]+)\b(?! --kubernetes)")


class ClusterConsole(Console):
    """A console for the commands of a cluster: the ones that it tells of have --kubernetes, too."""

    def render_str(self, text: str, **options: Any) -> Text:
        return super().render_str(for_cluster(text), **options)


def for_cluster(text: str) -> str:
    """The text with --kubernetes behind each command that needs it; without, it is about another installation."""
    meant = {name for name, each in find_all().items() if not (each.not_in_cluster or each.is_of_cluster)}
    return _COMMAND.sub(lambda found: found[0] + " --kubernetes" * (found["name"] in meant), text)


def clean(text: object, most: int = _LONGEST) -> str:
    """One line of at most `most` characters; what is not printable (controls, line ends, overrides) is a `?`."""
    whole = str(text)
    visible = "".join(character if character.isprintable() else "?" for character in whole[:most])
    return visible if len(whole) <= most else f"{visible}..."


def clean_lines(text: object) -> str:
    """Clean each line of a text by itself."""
    return "\n".join(map(clean, str(text).split("\n")))


def shown(text: object, style: str = "") -> Text:
    """Give `clean_lines` of a text to Rich, to which brackets in it then mean nothing."""
    return Text(clean_lines(text), style)
