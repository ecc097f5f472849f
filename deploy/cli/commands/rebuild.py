"""./shop rebuild"""

from __future__ import annotations

import argparse

from deploy.cli.command import Command


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("model", choices=["history"], help="history: what customers see of their orders")


COMMAND = Command(
    name="rebuild",
    group="mend",
    usage="rebuild history",
    summary="Rebuild the table from which customers read their orders",
    arguments=_arguments,
    asks_stores=True,
    rank=2,
)
