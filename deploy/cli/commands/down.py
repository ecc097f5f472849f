"""./shop down"""

from __future__ import annotations

import argparse

from deploy.cli.command import Command


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--wipe", action="store_true", help="delete data, logs and secrets too")


def _without_platform(_: argparse.Namespace) -> int:
    print("Nothing was started here, so there is nothing to stop.")
    return 0


COMMAND = Command(
    name="down",
    group="run",
    usage="down [--wipe]",
    summary="Stop everything; --wipe deletes its data too",
    arguments=_arguments,
    without_platform=_without_platform,
    rank=1,
    not_in_cluster="helm --namespace shop uninstall glasshouse: its volumes and its passwords stay",
)
