"""./shop rebuild"""

from __future__ import annotations

import argparse

from deploy.cli.command import Command, Context


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("model", choices=["history"], help="history: what customers see of their orders")


def _run(_: argparse.Namespace, context: Context) -> int:
    from deploy.cli import rebuild

    return rebuild.run(context.installation, context.console)


COMMAND = Command(
    name="rebuild",
    group="mend",
    usage="rebuild history",
    summary="Make the read model of orders anew from its log",
    run=_run,
    arguments=_arguments,
    rank=2,
)
