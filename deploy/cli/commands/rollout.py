"""./shop rollout"""

from __future__ import annotations

import argparse
import re

from deploy.cli.command import Command
from deploy.cli.durations import seconds
from deploy.installation.layout import CHECKOUT
from deploy.installation.numbers import decimal, matching

_CHART = CHECKOUT / "deploy" / "kubernetes" / "chart" / "Chart.yaml"


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--color", choices=("blue", "green"), required=True, help="colour of the new version")
    parser.add_argument(
        "--tag", type=_tag, default=_version(), metavar="T", help="tag of its images (%(default)s)"
    )
    parser.add_argument(
        "--minutes", type=decimal, default=5.0, metavar="N", help="how long error budgets are watched (5)"
    )
    parser.add_argument(
        "--ready-within",
        type=seconds,
        default=300.0,
        metavar="TIME",
        help="for migrations and new pods, such as 90s or 5m (5m)",
    )


def _version() -> str:
    """That of this checkout's chart."""
    found = re.search(r'^appVersion: "?([^"\s]+)', _CHART.read_text(encoding="utf-8"), re.MULTILINE)
    assert found
    return found[1]


_tag = matching("[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}", "is no tag of an image, such as 0.2.0")


COMMAND = Command(
    name="rollout",
    group="run",
    usage="rollout --color green",
    summary="Deploy a new version in a cluster, with automatic rollback",
    arguments=_arguments,
    is_of_cluster=True,
    examples=("./shop rollout --color green --tag 0.2.0", "./shop rollout --color blue --tag 0.3.0 --minutes 15"),
    rank=3,
)
