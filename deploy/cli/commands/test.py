"""./shop test"""

from __future__ import annotations

import argparse

from deploy.cli.command import Command, Context


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--full", action="store_true", help="the long tests too")
    parser.add_argument("--docker", action="store_true", help="only the tests of a whole platform, in containers")


def _run(options: argparse.Namespace, context: Context) -> int:
    from deploy.cli import test

    return test.run(
        context.layout, context.console, full=options.full, docker=options.docker, arguments=context.rest
    )


COMMAND = Command(
    name="test",
    group="run",
    usage="test [--full]",
    summary="Check format, lint and types, then run all tests",
    run=_run,
    arguments=_arguments,
    examples=("./shop test", "./shop test --full", "./shop test tests/observability -x"),
    takes_rest=True,
    rank=3,
)
