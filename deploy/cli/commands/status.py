"""./shop status"""

from __future__ import annotations

import argparse

from deploy.cli.command import Command, Context


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="as a JSON list; memory in bytes, uptime in seconds")


def _run(options: argparse.Namespace, context: Context) -> int:
    from deploy.cli import status

    return status.run(context.installation, context.console, as_json=options.json)


COMMAND = Command(
    name="status",
    group="look",
    usage="status [--json]",
    summary="Show each process, and the alerts that fire",
    run=_run,
    arguments=_arguments,
)
