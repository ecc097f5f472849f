"""./shop test"""

from __future__ import annotations

import argparse

from deploy.cli.command import Command, Context, go_on
from deploy.installation.layout import CHECKOUT


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--full", action="store_true", help="the long tests too")
    parser.add_argument("--docker", action="store_true", help="only the tests of a whole platform, in containers")


def _run(options: argparse.Namespace, context: Context) -> int:
    from deploy.cli import test

    return test.run(
        context.layout, context.console, full=options.full, docker=options.docker, arguments=context.rest
    )


_TAKING = ("-c", "-k", "-m", "-o", "-p")  # options of pytest whose value comes after a space


def _check(_: argparse.Namespace, rest: list[str]) -> None:
    """What pytest would refuse too, but only after minutes of installing."""
    from deploy.installation.errors import UsageError
    from deploy.installation.suggestions import nearest

    for before, given in zip(("", *rest), rest, strict=False):
        file = given.partition("::")[0]
        is_file = given.startswith(("tests/", "/", "./")) or file.endswith(".py")
        if is_file and not (before.startswith("--") or before in _TAKING) and not (CHECKOUT / file).exists():
            raise UsageError(f"There is no file {file}.", "Run all tests: ./shop test")
        if given.startswith("--") and (meant := nearest(given, ["--full", "--docker"], cutoff=0.8)):
            raise UsageError(f"./shop test does not take {given!r}.", meant)


def _early(options: argparse.Namespace) -> None:
    """Say that there is no Docker, before what tests need is installed."""
    from deploy.containers.stack import engine_answers
    from deploy.installation.errors import ShopError

    if options.docker and not engine_answers():
        raise ShopError("No Docker Engine with Compose answers.", "./shop test needs none.")


COMMAND = Command(
    name="test",
    group="run",
    usage="test [--full]",
    summary="Check format, lint and types, then run all but the long tests",
    run=_run,
    arguments=_arguments,
    check=_check,
    early=_early,
    without_platform=go_on,
    examples=("./shop test", "./shop test --full", "./shop test tests/observability -x"),
    takes_rest=True,
    rank=3,
    not_in_cluster="tests/deploy/kubernetes needs no cluster: ./shop test tests/deploy/kubernetes",
)
