"""./shop restore"""

from __future__ import annotations

import argparse

from deploy.cli.command import Command, Context


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", help="what ./shop backup wrote")
    parser.add_argument("--yes", action="store_true", help="replace the data of this installation, which are lost")


def _run(options: argparse.Namespace, context: Context) -> int:
    from deploy.cli import restore

    return restore.run(context.installation, context.console, file=options.file, replace=options.yes)


COMMAND = Command(
    name="restore",
    group="mend",
    usage="restore <file>",
    summary="Put a backup in place, start it, and reconcile",
    run=_run,
    arguments=_arguments,
    rank=4,
)
