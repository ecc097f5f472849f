"""Lists on the command lines of this folder. What makes no sense is refused before anything is measured."""

from argparse import ArgumentTypeError
from collections.abc import Callable, Collection

from deploy.installation.numbers import positive

__all__ = ["counts", "names"]


def counts(text: str) -> list[int]:
    """Whole numbers above 0, with commas between them."""
    return [positive(part.strip()) for part in text.split(",")]


def names(known: Collection[str]) -> Callable[[str], list[str]]:
    """Some of the known names, with commas between them."""

    def chosen(text: str) -> list[str]:
        found = [part.strip() for part in text.split(",")]
        if unknown := [name for name in found if name not in known]:
            raise ArgumentTypeError(f"{', '.join(map(repr, unknown))}: there is only {', '.join(known)}")
        return found

    return chosen
