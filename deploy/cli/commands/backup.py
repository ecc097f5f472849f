"""./shop backup"""

from __future__ import annotations

import argparse
from pathlib import Path

from deploy.cli.command import Command
from deploy.installation.numbers import positive


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", nargs="?", help="default: glasshouse-<time>.backup here; an existing one is kept")
    parser.add_argument(
        "--recipient", help="a public key of age; the file is then a place, such as s3://bucket/folder"
    )
    parser.add_argument("--keep", type=positive, metavar="N", help="how many encrypted ones a place keeps (48)")


def _check(options: argparse.Namespace, _: list[str]) -> None:
    from deploy.installation.errors import UsageError
    from deploy.operations.backup.archive import must_be_free

    if bool(options.recipient) != ("://" in (options.file or "")):
        raise UsageError(
            "A place (s3://...) and --recipient belong together.",
            "What leaves the machine is encrypted for somebody.",
        )
    if options.keep and not options.recipient:
        raise UsageError("--keep is for a place, such as s3://bucket/folder.", "Files here are never deleted.")
    if options.file and not options.recipient:
        must_be_free(Path(options.file))


COMMAND = Command(
    name="backup",
    group="mend",
    usage="backup [file]",
    summary="Write all stores into one file; the shop stays open",
    arguments=_arguments,
    check=_check,
    asks_stores=True,
    rank=3,
)
