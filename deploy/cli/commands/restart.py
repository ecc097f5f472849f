"""./shop restart"""

from __future__ import annotations

import argparse

from deploy.cli.command import Command


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "service", nargs="?", help="for example order-service; all that have replicas when it is left out"
    )
    parser.add_argument("--rolling", action="store_true", help="replica by replica; this is always done")


COMMAND = Command(
    name="restart",
    group="run",
    usage="restart [service]",
    summary="Restart services without losing a request",
    arguments=_arguments,
    examples=("./shop restart", "./shop restart order-service"),
    rank=2,
)
