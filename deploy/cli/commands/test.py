"""./shop test"""

from __future__ import annotations

import argparse
import shutil

from deploy.cli.command import Command, Context


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--full", action="store_true", help="the long tests too")
    parser.add_argument("--docker", action="store_true", help="only the tests of a whole platform, in containers")


def _run(options: argparse.Namespace, context: Context) -> int:
    from deploy.cli import test

    return test.run(
        context.layout, context.console, full=options.full, docker=options.docker, arguments=context.rest
    )


def _early(options: argparse.Namespace) -> None:
    """That there is no Docker, before what tests need is installed."""
    from deploy.installation.errors import ShopError

    if options.docker and not shutil.which("docker"):
        raise ShopError("No Docker Engine with Compose answers.", "./shop test needs none.")


COMMAND = Command(
    name="test",
    group="run",
    usage="test [--full]",
    summary="Check format, lint and types, then run all tests",
    run=_run,
    arguments=_arguments,
    early=_early,
    examples=("./shop test", "./shop test --full", "./shop test tests/observability -x"),
    takes_rest=True,
    rank=3,
)
