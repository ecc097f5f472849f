"""./shop down"""

from __future__ import annotations

import argparse

from deploy.cli.command import Command


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--wipe", action="store_true", help="delete data, logs and secrets too")


COMMAND = Command(
    name="down",
    group="run",
    usage="down [--wipe]",
    summary="Stop everything; --wipe deletes its data too",
    arguments=_arguments,
    rank=1,
)
