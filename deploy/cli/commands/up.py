"""./shop up"""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path

from deploy.cli.command import Command, go_on

_PROFILES = ("small", "local", "production")  # of deploy/kubernetes/install.py


def _arguments(parser: argparse.ArgumentParser) -> None:
    kind = parser.add_mutually_exclusive_group()
    kind.add_argument("--docker", action="store_true", help="in containers (the default where Docker answers)")
    kind.add_argument("--native", action="store_true", help="as processes of this machine (the default elsewhere)")
    parser.add_argument(
        "--profile", choices=_PROFILES, help="Helm values profile (first install: small; later: unchanged)"
    )
    parser.add_argument(
        "--values", type=Path, action="append", default=[], metavar="FILE", help="your own Helm values file"
    )
    parser.add_argument("--buy", action="store_true", help="then make a first purchase, and show its trace")


def _check(options: argparse.Namespace, _: list[str]) -> None:
    from deploy.installation.errors import UsageError

    if options.kubernetes and (options.docker or options.native):
        raise UsageError("--kubernetes excludes --docker and --native.", "./shop up --help")
    if (options.profile or options.values) and not options.kubernetes:
        raise UsageError("./shop up takes --profile and --values with --kubernetes only.", "./shop up --help")
    for file in options.values:
        if not file.is_file():
            raise UsageError(f"There is no file {file}.", "./shop up --help")


def _early(options: argparse.Namespace) -> None:
    """A port in use, before minutes of installing; not where it may be ours, or Docker's."""
    from deploy.installation import ports
    from deploy.installation.layout import Layout

    layout = Layout.from_environment()
    in_containers = options.docker or (shutil.which("docker") and not options.native)
    if not in_containers and not layout.offset_file.exists():
        ports.check_all(layout)


COMMAND = Command(
    name="up",
    group="run",
    usage="up [--buy]",
    summary="Start everything, and say where to look first",
    arguments=_arguments,
    check=_check,
    early=_early,
    without_platform=go_on,
    when_interrupted=" What was started keeps running: ./shop status, ./shop down",
    examples=("./shop up", "./shop up --buy", "./shop up --native", "SHOP_PORT_OFFSET=1000 ./shop up"),
)
