"""What the programs of this folder need: arguments that make sense, and mostly a platform that runs.

What is wrong with either is told before anything is measured.
"""

from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Callable, Collection

from deploy.installation.layout import Layout
from deploy.native.supervisor import Supervisor

__all__ = ["count", "counts", "names", "running", "seconds"]


def running(parser: ArgumentParser) -> tuple[Layout, Supervisor]:
    """The platform of this checkout. Ends the program where it does not run."""
    layout = Layout.from_environment()
    supervisor = Supervisor(layout)
    if not supervisor.is_running():
        parser.error("the platform of this checkout does not run here; ./shop up starts it")
    return layout, supervisor


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
