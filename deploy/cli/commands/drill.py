"""./shop drill"""

from __future__ import annotations

import argparse
from pathlib import Path

from deploy.cli.command import GO_ON, Command
from deploy.cli.durations import seconds
from deploy.installation.layout import CHECKOUT
from deploy.installation.numbers import positive

_FAULTS = CHECKOUT / "faults"
_ACTIONS = ("list", "start", "status", "stop", "all", "record")


def _arguments(parser: argparse.ArgumentParser) -> None:
    about = (
        "list: shows the faults; start: breaks something, and mends it after a while or at Ctrl+C; "
        "status: shows what is broken now; stop: mends it; "
        "all: breaks one after another under load, and checks what must be seen; "
        "record: breaks something under a seeded load, and writes what it left as a data set"
    )
    parser.add_argument("action", choices=_ACTIONS, help=about)
    parser.add_argument(
        "faults", nargs="*", metavar="fault", help="for start and record: one; for all: some; see list"
    )
    parser.add_argument(
        "--for",
        dest="seconds",
        type=seconds,
        metavar="TIME",
        help="for start and record: such as 90s or 2m (2m; for record, as its file says)",
    )
    parser.add_argument("--report", metavar="FILE", help="for all: write what was measured into this JSON file")
    parser.add_argument("--seed", type=positive, metavar="N", help="for record: seed of all random choices (1)")
    parser.add_argument(
        "--output", type=Path, metavar="FOLDER", help="for record: a new folder (.run/incidents/<fault>-<seed>)"
    )


def _check(options: argparse.Namespace, _: list[str]) -> None:
    from deploy.installation.errors import UsageError
    from deploy.installation.suggestions import one_of

    known = sorted(path.stem for path in _FAULTS.glob("*.toml"))
    action, chosen = options.action, options.faults
    for name in chosen:
        if name not in known:
            raise UsageError(f"There is no fault {name!r}.", one_of(name, known))
    if options.kubernetes and action in ("all", "record"):
        raise UsageError(f"./shop drill {action} needs the native run.", "In a cluster: ./shop drill start")
    if action in ("start", "record") and len(chosen) != 1:
        raise UsageError(f"./shop drill {action} needs one fault.", "See them: ./shop drill list")
    if action in ("list", "status") and chosen:
        raise UsageError(f"./shop drill {action} takes no fault.", f"./shop drill {action}")
    if action == "stop" and len(chosen) > 1:
        raise UsageError("./shop drill stop takes one fault at most: no more than one lasts.", "./shop drill stop")
    for name, value, takers in (
        ("--for", options.seconds, ("start", "record")),
        ("--report", options.report, ("all",)),
        ("--seed", options.seed, ("record",)),
        ("--output", options.output, ("record",)),
    ):
        if value is not None and action not in takers:
            raise UsageError(f"./shop drill {action} takes no {name}.", "./shop drill --help")


def _without_platform(options: argparse.Namespace) -> int:
    """The list can be read where nothing runs."""
    from deploy.installation.errors import NoPlatformError

    if options.action == "list":
        return GO_ON
    if options.action == "status":
        print("Nothing is running, so nothing is broken.")
        return 0
    raise NoPlatformError


COMMAND = Command(
    name="drill",
    group="load",
    usage="drill <action> [fault]",
    summary="Break something, and see which alerts, metrics and logs show it",
    arguments=_arguments,
    check=_check,
    without_platform=_without_platform,
    when_interrupted=" What was broken is mended.",
    examples=(
        "./shop drill list",
        "./shop drill start redis-down --for 2m",
        "./shop drill all --report drills.json",
        "./shop drill record redis-down --seed 1",
    ),
    rank=2,
)
