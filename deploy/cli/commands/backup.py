"""./shop backup"""

from __future__ import annotations

import argparse

from deploy.cli.command import Command


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", nargs="?", help="default: glasshouse-<time>.backup here; an existing one is kept")


COMMAND = Command(
    name="backup",
    group="mend",
    usage="backup [file]",
    summary="Write all stores into one file; the shop stays open",
    arguments=_arguments,
    asks_stores=True,
    rank=3,
)
