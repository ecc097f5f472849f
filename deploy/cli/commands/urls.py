"""./shop urls"""

from __future__ import annotations

import argparse

from deploy.cli.command import Command


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", dest="as_json", action="store_true", help="as a JSON object")


COMMAND = Command(
    name="urls",
    group="look",
    usage="urls [--json]",
    summary="Show every address, and the logins",
    arguments=_arguments,
    rank=1,
)
