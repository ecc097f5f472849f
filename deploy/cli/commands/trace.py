"""./shop trace"""

from __future__ import annotations

import argparse
import re

from deploy.cli.command import Command, Context


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("id", type=_id, help="a request id, an order id or a trace id")


def _id(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9._-]{1,64}", text.strip()):
        raise argparse.ArgumentTypeError(f"{text!r} is no id: at most 64 letters, digits and . _ -")
    return text.strip()


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
