"""./shop restore"""

from __future__ import annotations

import argparse

from deploy.cli.command import Command


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", help="what ./shop backup wrote")
    parser.add_argument(
        "--yes", dest="replace", action="store_true", help="replace the data of this installation, which are lost"
    )


COMMAND = Command(
    name="restore",
    group="mend",
    usage="restore <file>",
    summary="Put a backup in place, start it, and reconcile",
    arguments=_arguments,
    rank=4,
)
