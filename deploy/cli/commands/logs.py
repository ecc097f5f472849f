"""./shop logs"""

from __future__ import annotations

import argparse

from deploy.cli.command import Command, Context


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "service", nargs="?", help="a name of ./shop status; order-service means all its instances"
    )
    parser.add_argument("-f", "--follow", action="store_true", help="go on with what is written from now on")


def _run(options: argparse.Namespace, context: Context) -> int:
    from deploy.cli import logs

    return logs.run(context.layout, options.service, follow=options.follow)


COMMAND = Command(
    name="logs",
    group="look",
    usage="logs [service] [-f]",
    summary="Show the newest log lines; -f follows them",
    run=_run,
    arguments=_arguments,
    rank=2,
)
