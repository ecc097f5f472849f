"""./shop status"""

from __future__ import annotations

import argparse

from deploy.cli.command import Command


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--json", dest="as_json", action="store_true", help="as a JSON list; memory in bytes, uptime in seconds"
    )


def _without_platform(options: argparse.Namespace) -> int:
    print("[]" if options.as_json else "Nothing that ./shop started is running. Start it: ./shop up")
    return 0


COMMAND = Command(
    name="status",
    group="look",
    usage="status [--json]",
    summary="Show each process, and the alerts that fire",
    arguments=_arguments,
    without_platform=_without_platform,
)
