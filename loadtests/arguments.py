"""Arguments of the programs of this folder. What makes no sense is refused before anything is measured."""

from argparse import ArgumentTypeError
from collections.abc import Callable, Collection

__all__ = ["count", "counts", "names", "seconds"]


def count(text: str) -> int:
    """A whole number above 0, as a `type` of argparse."""
    if not (text.isascii() and text.isdecimal() and int(text)):
        raise ArgumentTypeError(f"{text!r} is not a whole number above 0")
    return int(text)


def counts(text: str) -> list[int]:
    """Such numbers, with commas between them."""
    return [count(part.strip()) for part in text.split(",")]


def seconds(text: str) -> float:
    """A time above 0."""
    try:
        if 0 < (found := float(text)) < float("inf"):
            return found
    except ValueError:
        pass
    raise ArgumentTypeError(f"{text!r} is not a number of seconds above 0")


def names(known: Collection[str]) -> Callable[[str], list[str]]:
    """Some of the known names, with commas between them."""

    def chosen(text: str) -> list[str]:
        found = [part.strip() for part in text.split(",")]
        if unknown := [name for name in found if name not in known]:
            raise ArgumentTypeError(f"{', '.join(map(repr, unknown))}: there is only {', '.join(known)}")
        return found

    return chosen
