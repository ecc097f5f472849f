"""./shop buy"""

from __future__ import annotations

import argparse
import re

from deploy.cli.command import Command
from deploy.installation.numbers import matching

_CARDS = ("good", "declined", "slow", "silent", "twice")
_MOST = 100  # of one product in an order


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--product", type=_product, metavar="ID", help="a product's id; else the newest that is in stock"
    )
    parser.add_argument("--quantity", type=_quantity, default=1, metavar="N", help="how many (1)")
    parser.add_argument("--card", choices=_CARDS, default="good", help="what the card does (good)")


_product = matching("[A-Za-z0-9-]{1,64}", "is no id: letters, digits and - only")


def _quantity(text: str) -> int:
    if not re.fullmatch("[0-9]{1,3}", text) or not 1 <= int(text) <= _MOST:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 1 to {_MOST}")
    return int(text)


COMMAND = Command(
    name="buy",
    group="load",
    usage="buy [--card declined]",
    summary="Buy something from here: each step with its time, then its trace",
    arguments=_arguments,
    examples=("./shop buy", "./shop buy --product 7 --quantity 3", "./shop buy --card declined"),
)
