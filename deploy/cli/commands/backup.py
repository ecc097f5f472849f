"""./shop backup"""

from __future__ import annotations

import argparse

from deploy.cli.command import Command, Context


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", nargs="?", help="default: glasshouse-<time>.backup here; an existing one is kept")


def _run(options: argparse.Namespace, context: Context) -> int:
    from deploy.cli import backup

    return backup.run(context.installation, context.console, file=options.file)


COMMAND = Command(
    name="backup",
    group="mend",
    usage="backup [file]",
    summary="Write all stores into one file; the shop stays open",
    run=_run,
    arguments=_arguments,
    rank=3,
)
