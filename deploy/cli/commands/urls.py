"""./shop urls"""

from __future__ import annotations

import argparse

from deploy.cli.command import Command, Context


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="as a JSON object")


def _run(options: argparse.Namespace, context: Context) -> int:
    from deploy.cli import urls

    return urls.run(context.installation, context.console, as_json=options.json)


COMMAND = Command(
    name="urls",
    group="look",
    usage="urls [--json]",
    summary="Show every address, and the logins",
    run=_run,
    arguments=_arguments,
    rank=1,
)
