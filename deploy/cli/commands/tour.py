"""./shop tour"""

from __future__ import annotations

import argparse

from deploy.cli.command import GO_ON, Command
from deploy.installation.layout import CHECKOUT
from deploy.installation.numbers import matching

_LESSONS = CHECKOUT / "tour"


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("lesson", nargs="?", help="its number or its name; without it, all lessons are listed")
    parser.add_argument("--answer", metavar="TEXT", help="only check this answer, by asking the platform")
    parser.add_argument("--hint", type=_number, metavar="N", help="show the first N hints")


def _number(text: str) -> int:
    return int(matching("[1-9]", "is not a number such as 1")(text))


def _check(options: argparse.Namespace, _: list[str]) -> None:
    from deploy.installation.errors import UsageError
    from deploy.installation.suggestions import one_of

    names = [path.stem.partition("-")[2] for path in sorted(_LESSONS.glob("*.toml"))]
    numbers = [str(number) for number in range(1, len(names) + 1)]
    if options.lesson is None and (options.answer is not None or options.hint is not None):
        raise UsageError("--answer and --hint need a lesson.", "See them: ./shop tour")
    if options.lesson is not None and options.lesson not in (*names, *numbers):
        raise UsageError(f"There is no lesson {options.lesson!r}.", one_of(options.lesson, names))
    if options.answer is not None and options.hint is not None:
        raise UsageError("--answer and --hint exclude each other.", "./shop tour --help")


def _without_platform(options: argparse.Namespace) -> int:
    """The list and the hints can be read where nothing runs."""
    from deploy.installation.errors import NoPlatformError

    if options.lesson is None or options.hint is not None:
        return GO_ON
    raise NoPlatformError


COMMAND = Command(
    name="tour",
    group="look",
    usage="tour [lesson]",
    summary="Twelve lessons in observing it; the platform checks your answers",
    arguments=_arguments,
    check=_check,
    without_platform=_without_platform,
    when_interrupted=" What the lesson began is ended and mended.",
    examples=(
        "./shop tour",
        "./shop tour 1",
        "./shop tour one-click --hint 1",
        "./shop tour one-click --answer 5",
    ),
    rank=4,
    not_in_cluster="Its lessons need the native run: ./shop up --native, in another folder of data (SHOP_RUN_DIR)",
)
