"""What is not valid in a request, told in a bounded answer that repeats no value that was sent."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

__all__ = ["MOST_FIELDS", "invalid_fields"]

MOST_FIELDS = 20
_MOST_BYTES = 6_000  # of all fields as JSON: with the rest of the document, at most 8 KB
_LONGEST_NAME = 100  # characters
_LONGEST_MESSAGE = 200


def invalid_fields(errors: Sequence[Mapping[str, Any]]) -> list[dict[str, str]]:
    """`field` and `message` of pydantic's errors. Never `input`: it may hold a password or a card."""
    found: list[dict[str, str]] = []
    room = _MOST_BYTES
    for error in errors[:MOST_FIELDS]:
        name = ".".join(_plain(str(part), _LONGEST_NAME) for part in error["loc"][:8])
        field = {
            "field": _plain(name, _LONGEST_NAME),
            "message": _plain(_sentence(error["msg"]), _LONGEST_MESSAGE),
        }
        room -= len(json.dumps(field))
        if room < 0:
            break
        found.append(field)
    return found


def _sentence(message: str) -> str:
    """Without what pydantic puts in front of a sentence of ours, and with the word for what a text consists of."""
    if message.startswith("Value should have"):  # of a list it says `List`
        return message.replace("items after validation", "characters")
    return message.removeprefix("Value error, ")


def _plain(text: str, longest: int) -> str:
    """Cut, and without what a terminal obeys or UTF-8 does not know."""
    short = text if len(text) <= longest else text[: longest - 1] + "…"
    return "".join(c if c.isprintable() else "?" for c in short)
