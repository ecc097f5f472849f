"""./shop down"""

from __future__ import annotations

import argparse

from deploy.cli.command import Command, Context


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--wipe", action="store_true", help="delete data, logs and secrets too")


def _run(options: argparse.Namespace, context: Context) -> int:
    from deploy.cli import down

    return down.run(context.installation, context.console, wipe=options.wipe)


COMMAND = Command(
    name="down",
    group="run",
    usage="down [--wipe]",
    summary="Stop everything; --wipe deletes its data too",
    run=_run,
    arguments=_arguments,
    rank=1,
)
