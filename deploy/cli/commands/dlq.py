"""./shop dlq"""

from __future__ import annotations

import argparse

from deploy.cli.command import Command
from services.shared.events.topology import QUEUES


def _arguments(parser: argparse.ArgumentParser) -> None:
    about = "list: counts them; show: prints them; replay: puts them back into their queue; drop: deletes them"
    parser.add_argument("action", choices=["list", "show", "replay", "drop"], help=about)
    parser.add_argument("queue", nargs="?", help=f"for show, replay and drop: one of {', '.join(QUEUES)}")
    parser.add_argument("--id", dest="identifier", help="only the letter with this message id (replay, drop)")
    parser.add_argument("--yes", action="store_true", help="drop without asking")


def _check(options: argparse.Namespace, _: list[str]) -> None:
    from deploy.installation.errors import UsageError
    from deploy.installation.suggestions import one_of

    action, queue = options.action, (options.queue or "").removesuffix(".dead")
    if action == "list" and queue:
        raise UsageError("./shop dlq list takes no queue: it counts all.", f"./shop dlq show {queue}")
    if action != "list" and not queue:
        raise UsageError(f"./shop dlq {action} needs a queue.", f"One of: {', '.join(QUEUES)}")
    if action != "list" and queue not in QUEUES:
        raise UsageError(f"There is no queue {options.queue!r}.", one_of(queue, QUEUES))
    if options.identifier is not None and action not in ("replay", "drop"):
        raise UsageError(f"./shop dlq {action} takes no --id.", "./shop dlq --help")
    if options.yes and action != "drop":
        raise UsageError(f"./shop dlq {action} takes no --yes: it deletes nothing.", "./shop dlq --help")


COMMAND = Command(
    name="dlq",
    group="mend",
    usage="dlq <action> [queue]",
    summary="List, show, replay or drop messages that were given up",
    arguments=_arguments,
    asks_stores=True,
    check=_check,
    examples=("./shop dlq list", "./shop dlq show order.stock", "./shop dlq replay order.stock"),
)
