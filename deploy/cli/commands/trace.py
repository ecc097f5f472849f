"""./shop trace"""

from __future__ import annotations

import argparse

from deploy.cli.command import Command, Context
from deploy.installation.numbers import matching


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("id", type=_id, help="a request id, an order id or a trace id")


def _id(text: str) -> str:
    return matching("[A-Za-z0-9._-]{1,64}", "is no id: at most 64 letters, digits and . _ -")(text.strip())


def _run(options: argparse.Namespace, context: Context) -> int:
    from deploy.cli import trace

    return trace.run(context.layout, options.id)


COMMAND = Command(
    name="trace",
    group="look",
    usage="trace <id>",
    summary="Show one order or request: its spans and its log lines",
    run=_run,
    arguments=_arguments,
    examples=("./shop trace <order id>",),
    rank=3,
)
