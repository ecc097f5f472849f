"""What may have been meant by a name that nobody knows. Only the standard library."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

__all__ = ["nearest", "one_of"]


def one_of(given: str, known: Iterable[str]) -> str:
    """The name that was meant, or all of them."""
    names = list(known)
    return nearest(given, names) or f"One of: {', '.join(names)}"


def nearest(given: str, known: Iterable[str], prefix: str = "", cutoff: float = 0.6) -> str | None:
    """Ask for the name that was meant, if one is near: a name without its `-service`, for example."""
    names, wanted = list(known), given.partition("=")[0].lower()
    close = [name for name in names if wanted and name.startswith(f"{wanted}-")]
    close = close or difflib.get_close_matches(wanted, names, n=1, cutoff=cutoff)
    return f"Did you mean {prefix}{close[0]}?" if close else None
