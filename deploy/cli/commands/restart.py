"""./shop restart"""

from __future__ import annotations

import argparse

from deploy.cli.command import Command


def _arguments(parser: argparse.ArgumentParser) -> None:
    from deploy.installation.services import REPLICATED

    about = f"one of {', '.join(REPLICATED)}; all of them when it is left out"
    parser.add_argument("service", nargs="?", choices=REPLICATED, metavar="service", help=about)


COMMAND = Command(
    name="restart",
    group="run",
    usage="restart [service]",
    summary="Restart services without losing a request",
    arguments=_arguments,
    when_interrupted=" What was started keeps running: ./shop status",
    examples=("./shop restart", "./shop restart order-service"),
    rank=2,
    not_in_cluster="kubectl --namespace shop rollout restart deployment: no request is lost",
)
