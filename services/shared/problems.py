"""The kinds of problems there are: problems.toml as objects."""

import tomllib
from dataclasses import dataclass
from pathlib import Path

__all__ = ["ADDRESS", "KINDS", "Kind", "general"]

ADDRESS = "/api/problems/"  # below it each kind has a page


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of problem. `means` and `do` are the text of its page."""

    name: str
    title: str
    status: int
    means: str
    do: str
    general: bool = False

    @property
    def type(self) -> str:
        """The `type` of its documents: the address of its page, relative to the site."""
        return ADDRESS + self.name


KINDS = {
    name: Kind(name=name, **entry)
    for name, entry in tomllib.loads(Path(__file__).with_name("problems.toml").read_text(encoding="utf-8")).items()
}
_GENERAL = {kind.status: kind for kind in KINDS.values() if kind.general}


def general(status: int) -> Kind:
    """The kind of an answer of which only the status is known; an unusual status counts as x00 (RFC 9110, 15)."""
    return _GENERAL.get(status) or _GENERAL[400 if status < 500 else 500]
