"""Text from outside on a terminal: whatever a message, a span, a log line or a store holds, it is only read.

Escape sequences would steer the terminal, bidirectional overrides show another text than there is, and Rich would
take `[red]` for its own. So whatever may come from outside is printed as `shown(text)`.
"""

from __future__ import annotations

from rich.text import Text

__all__ = ["clean", "clean_lines", "shown"]

_LONGEST = 2_000  # characters of one text


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
