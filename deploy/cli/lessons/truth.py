"""What the running platform says is right, and whether an answer says the same."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Protocol

from deploy.installation.errors import ShopError
from deploy.installation.layout import Layout

__all__ = ["NotYetError", "Truth", "Way"]

_SHORTEST = 8  # characters of an id that are enough
_NUMBER = re.compile(r"[0-9]+(?:[.,][0-9]+)?")
_SUFFIXES = (".dead", "-service")  # that people leave out


class NotYetError(ShopError):
    """The platform cannot tell what is right yet, because something was not done or not measured."""


@dataclass(frozen=True)
class Truth:
    """answers: each of them is right. kind: `name`, `number` or `id`. source: who was asked, for people."""

    answers: tuple[str, ...]
    source: str
    kind: str = "name"

    def accepts(self, given: str) -> bool:
        """Whether an answer is right. Ids may be cut off after 8 characters, names may lack `-service`."""
        said = given.strip().strip("`'\". ").casefold()
        if self.kind == "id":
            return len(said) >= _SHORTEST and any(answer.startswith(said) for answer in self.answers)
        if self.kind == "number":
            number = _NUMBER.search(said)
            return number is not None and any(
                float(number[0].replace(",", ".")) == float(answer) for answer in self.answers
            )
        return _short(said) in map(_short, self.answers)


class Way(Protocol):
    """One way to find out what is right. Its fields are the keys of [truth] in a lesson's file."""

    def find(self, layout: Layout) -> Truth:
        """Ask the platform. Raises NotYetError, and ShopError when a part does not answer."""


def _short(name: str) -> str:
    folded = name.casefold()
    for suffix in _SUFFIXES:
        folded = folded.removesuffix(suffix)
    return folded
