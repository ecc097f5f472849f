"""./shop reconcile"""

from __future__ import annotations

import argparse

from deploy.cli.command import Command, Context


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--settle",
        type=float,
        default=10.0,
        metavar="SECONDS",
        help="how long a disagreement must last before it counts (10)",
    )


def _run(options: argparse.Namespace, context: Context) -> int:
    from deploy.cli import reconcile

    return reconcile.run(context.layout, context.console, settle=options.settle)


COMMAND = Command(
    name="reconcile",
    group="mend",
    usage="reconcile",
    summary="Compare orders, payments, ledger and stock",
    run=_run,
    arguments=_arguments,
    rank=1,
)
