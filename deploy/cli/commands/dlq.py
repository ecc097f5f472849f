"""./shop dlq"""

from __future__ import annotations

import argparse

from deploy.cli.command import Command


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "action", choices=["list", "show", "replay", "drop"], help="replay: puts them back into their queue"
    )
    parser.add_argument("queue", nargs="?", help="a work queue, such as order.stock (not for list)")
    parser.add_argument("--id", dest="identifier", help="only the letter with this message id (replay, drop)")
    parser.add_argument("--yes", action="store_true", help="drop without asking")


COMMAND = Command(
    name="dlq",
    group="mend",
    usage="dlq <action> [queue]",
    summary="List, show, replay or drop messages that were given up",
    arguments=_arguments,
    examples=("./shop dlq list", "./shop dlq show order.stock", "./shop dlq replay order.stock"),
)
