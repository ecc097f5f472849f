"""./shop restore"""

from __future__ import annotations

import argparse
from pathlib import Path

from deploy.cli.command import Command


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", help="a backup file, or s3://... for the newest backup there")
    parser.add_argument("--identity", help="the file of age-keygen that opens what is encrypted")
    parser.add_argument(
        "--yes", dest="replace", action="store_true", help="replace the data of this installation, which are lost"
    )


def _check(options: argparse.Namespace, _: list[str]) -> None:
    from deploy.installation.errors import UsageError

    if bool(options.identity) != ("://" in options.file):
        raise UsageError("A place (s3://...) and --identity belong together.", "file:///folder is a place, too.")
    if not options.identity and not Path(options.file).is_file():
        raise UsageError(f"There is no file {options.file}.", "Give one that ./shop backup wrote.")


COMMAND = Command(
    name="restore",
    group="mend",
    usage="restore <file>",
    summary="Replace the data by a backup, start everything, and reconcile",
    arguments=_arguments,
    asks_stores=True,
    check=_check,
    rank=4,
)
