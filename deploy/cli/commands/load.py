"""./shop load"""

from __future__ import annotations

import argparse
import re
from pathlib import Path

from deploy.cli.command import GO_ON, Command, Context

_SCENARIOS = Path(__file__).resolve().parents[3] / "loadtests" / "scenarios"


def _arguments(parser: argparse.ArgumentParser) -> None:
    scenarios = sorted(path.stem for path in _SCENARIOS.glob("*.toml"))
    parser.add_argument("scenario", choices=scenarios, help="a file of loadtests/scenarios")
    parser.add_argument("--users", type=_positive, help="how many there are at once")
    parser.add_argument("--spawn-rate", type=_positive, metavar="N", help="how many arrive each second")
    parser.add_argument("--run-time", type=_run_time, metavar="TIME", help="for example 90s, 10m, 1h30m")
    parser.add_argument(
        "--host", type=_host, metavar="URL", help="another address of this machine; other machines are refused"
    )
    parser.add_argument("--ui", action="store_true", help="control it on Locust's page, port 8089")


def _run(options: argparse.Namespace, context: Context) -> int:
    from deploy.cli import load

    chosen = load.Options(
        users=options.users,
        spawn_rate=options.spawn_rate,
        run_time=options.run_time,
        host=options.host,
        ui=options.ui,
    )
    return load.run(context.installation, context.console, options.scenario, chosen)


def _without_platform(options: argparse.Namespace) -> int:
    """Another address may be loaded from where nothing runs."""
    from deploy.installation.errors import NoPlatformError

    if options.host is None:
        raise NoPlatformError
    return GO_ON


def _host(text: str) -> str:
    from loadtests.target import is_loopback

    if not is_loopback(text):
        raise argparse.ArgumentTypeError(f"{text!r} is no address of this machine, such as http://127.0.0.1:8080")
    return text


def _positive(text: str) -> int:
    if not re.fullmatch("[0-9]{1,9}", text) or not int(text):
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number above 0")
    return int(text)


def _run_time(text: str) -> str:
    if not re.fullmatch(r"(?=[0-9])([0-9]+h)?([0-9]+m)?([0-9]+s?)?", text):
        raise argparse.ArgumentTypeError(f"{text!r} is not a time such as 90s, 10m or 1h30m")
    return text


COMMAND = Command(
    name="load",
    group="load",
    usage="load <scenario>",
    summary="Let people use the shop: mixed, or calm without trouble",
    run=_run,
    arguments=_arguments,
    without_platform=_without_platform,
    examples=("./shop load mixed", "./shop load calm --run-time 10m", "./shop load mixed --users 40 --ui"),
    rank=1,
)
