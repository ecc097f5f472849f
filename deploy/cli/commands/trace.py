"""./shop trace"""

from __future__ import annotations

import argparse

from deploy.cli.command import Command, Context


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("id", help="a request id, an order id or a trace id")


def _run(options: argparse.Namespace, context: Context) -> int:
    from deploy.cli import trace

    return trace.run(context.layout, options.id)


COMMAND = Command(
    name="trace",
    group="look",
    usage="trace <id>",
    summary="Show one request: its spans and its log lines",
    run=_run,
    arguments=_arguments,
    rank=3,
)
