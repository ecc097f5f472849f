"""./shop reconcile"""

from __future__ import annotations

import argparse

from deploy.cli.command import Command
from deploy.installation.numbers import matching


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--settle",
        type=_seconds,
        default=10.0,
        metavar="SECONDS",
        help="how long a disagreement must last before it counts (10)",
    )


def _seconds(text: str) -> float:
    return float(matching(r"[0-9]{1,4}(\.[0-9]{1,3})?", "is not a number of seconds, such as 10 or 0.5")(text))


COMMAND = Command(
    name="reconcile",
    group="mend",
    usage="reconcile",
    summary="Compare orders, payments, the provider's ledger and stock",
    arguments=_arguments,
    asks_stores=True,
    rank=1,
)
