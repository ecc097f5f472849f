"""./shop logs"""

from __future__ import annotations

import argparse
import contextlib
import re
from datetime import datetime, timedelta, timezone

from deploy.cli.command import Command, Context
from deploy.cli.durations import seconds
from deploy.installation.numbers import matching, positive

_LEVELS = ("debug", "info", "warning", "error", "critical")  # those of deploy/installation/log_records.py
_UTC = timezone.utc  # noqa: UP017  datetime.UTC is new in Python 3.11, and an older one answers `--help`


def _arguments(parser: argparse.ArgumentParser) -> None:
    about = "a name of ./shop status; order-service means all its instances"
    parser.add_argument("service", nargs="?", help=about)
    parser.add_argument("-f", "--follow", action="store_true", help="go on with what is written from now on")
    parser.add_argument(
        "--all", dest="everything", action="store_true", help="infrastructure too, not only the shop's services"
    )
    parser.add_argument("--level", choices=_LEVELS, help="this level and those above it")
    parser.add_argument(
        "--since", type=_since, metavar="WHEN", help="for example 90s, 5m, 2h, or 2026-11-26T10:00Z"
    )
    as_read = "lines with this regular expression, as they are shown or in their JSON"
    parser.add_argument("--grep", dest="text", type=_pattern, metavar="TEXT", help=as_read)
    parser.add_argument("--request", metavar="ID", help="lines of one request")
    parser.add_argument("--trace", type=_trace, metavar="ID", help="lines of one trace")
    parser.add_argument("-n", "--lines", type=positive, default=50, metavar="N", help="how many, at most (50)")
    parser.add_argument(
        "--json", dest="as_json", action="store_true", help="the lines as they were written, as JSON"
    )


def _run(options: argparse.Namespace, context: Context) -> int:
    from deploy.cli import logs

    follow = vars(options).pop("follow")
    return logs.run(context.installation, logs.Wanted(**vars(options)), follow=follow)


def _since(text: str) -> datetime:
    try:
        with contextlib.suppress(argparse.ArgumentTypeError):  # else it is a date
            return datetime.now(_UTC) - timedelta(seconds=seconds(text))
        return datetime.fromisoformat(text.replace("Z", "+00:00")).astimezone(_UTC)
    except (ValueError, OverflowError):
        raise argparse.ArgumentTypeError(f"{text!r} is not a time such as 5m, 2h or 2026-11-26T10:00Z") from None


def _pattern(text: str) -> re.Pattern[str]:
    try:
        return re.compile(text, re.IGNORECASE)
    except (re.error, RecursionError) as error:
        raise argparse.ArgumentTypeError(f"{text!r} is not a regular expression: {error}") from None


def _trace(text: str) -> str:
    return matching("[0-9A-Fa-f]{32}", "is no trace id, which has 32 of the digits 0-9 and a-f")(text).lower()


COMMAND = Command(
    name="logs",
    group="look",
    usage="logs [service] [-f]",
    summary="Show the newest log lines; -f follows them",
    run=_run,
    arguments=_arguments,
    examples=(
        "./shop logs -f",
        "./shop logs order-service --level warning --since 10m",
        "./shop logs --trace <trace id>",
        "./shop logs --all --grep timeout",
        "./shop logs gateway --json",
    ),
    rank=2,
)
