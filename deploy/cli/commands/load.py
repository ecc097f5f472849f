"""./shop load"""

from __future__ import annotations

import argparse
from pathlib import Path

from deploy.cli.command import GO_ON, Command, Context
from deploy.cli.durations import seconds
from deploy.installation.layout import CHECKOUT
from deploy.installation.numbers import decimal, positive

_SCENARIOS = CHECKOUT / "loadtests" / "scenarios"


def _arguments(parser: argparse.ArgumentParser) -> None:
    scenarios = sorted(path.stem for path in _SCENARIOS.glob("*.toml"))
    parser.add_argument("scenario", choices=scenarios, metavar="scenario", help=", ".join(scenarios))
    parser.add_argument("--users", type=positive, help="how many there are at once")
    parser.add_argument("--spawn-rate", type=positive, metavar="N", help="how many arrive each second")
    parser.add_argument("--run-time", type=seconds, metavar="TIME", help="for example 90s, 10m, 1h30m")
    parser.add_argument(
        "--host", type=_host, metavar="URL", help="another address of this machine; other machines are refused"
    )
    parser.add_argument("--ui", action="store_true", help="control it on Locust's page, port 8089")
    parser.add_argument(
        "--rate", type=decimal, metavar="N", help="how many people come each second; for open models"
    )
    parser.add_argument(
        "--seed", type=positive, metavar="N", help="seed of all random choices: the same seed, the same people"
    )
    parser.add_argument(
        "--workers", type=positive, default=1, metavar="N", help="processes that let people in; 1 without it"
    )
    parser.add_argument("--record", type=Path, metavar="FILE", help="write down who came when; for open models")
    parser.add_argument("--replay", type=Path, metavar="FILE", help="let the same people come at the same times")
    parser.add_argument("--report", action="store_true", help="make a page of it, .run/load/<scenario>.html")
    parser.add_argument(
        "--no-reconcile", dest="reconcile", action="store_false", help="do not compare the stores at the end"
    )


def _check(options: argparse.Namespace, _: list[str]) -> None:
    """What a scenario does not have cannot be asked for."""
    from deploy.installation.errors import UsageError
    from loadtests.scenario import MOST_PEOPLE, MOST_WORKERS

    text = (_SCENARIOS / f"{options.scenario}.toml").read_text(encoding="utf-8")
    is_open, is_ramp = "\narrivals = " in text, "\nis_ramp = true" in text
    for name, number in {
        "--users": options.users,
        "--spawn-rate": options.spawn_rate,
        "--rate": options.rate,
    }.items():
        if number is not None and number > MOST_PEOPLE:
            raise UsageError(f"./shop load takes {name} up to {MOST_PEOPLE}.", "./shop load --help")
    if options.workers > MOST_WORKERS:
        raise UsageError(
            f"At most {MOST_WORKERS} processes can share a load.",
            f"./shop load {options.scenario} --workers {MOST_WORKERS}",
        )
    if options.workers > 1 and "\nin_one_process = true" in text:
        raise UsageError(
            f"The people of {options.scenario} must be in one process.", f"./shop load {options.scenario}"
        )
    of_open = {"--rate": options.rate, "--record": options.record, "--replay": options.replay}
    of_closed = {"--users": options.users, "--spawn-rate": options.spawn_rate}
    wrong = of_closed if is_open else of_open
    if is_ramp:
        wrong = {**wrong, "--rate": options.rate, "--run-time": options.run_time}
    if options.replay is not None:
        wrong = {**wrong, "--rate": options.rate, "--run-time": options.run_time, "--seed": options.seed}
    if options.record is not None and (options.record.is_dir() or not options.record.absolute().parent.is_dir()):
        raise UsageError(f"No file can be written at {options.record}.", "Give a file in a folder that is there.")
    for name, value in wrong.items():
        if value is not None:
            so = "with --replay" if options.replay is not None and is_open else f"for {options.scenario}"
            raise UsageError(f"./shop load takes no {name} {so}.", "./shop load --help")


def _run(options: argparse.Namespace, context: Context) -> int:
    from deploy.cli import load

    scenario = vars(options).pop("scenario")
    return load.run(context.installation, context.console, scenario, load.Options(**vars(options)))


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


COMMAND = Command(
    name="load",
    group="load",
    usage="load <scenario>",
    summary="Let people use the shop, and judge it: mixed, ramp and others",
    run=_run,
    arguments=_arguments,
    check=_check,
    without_platform=_without_platform,
    examples=(
        "./shop load checkout --report",
        "./shop load calm --run-time 10m",
        "./shop load checkout --record monday --seed 1; ./shop load checkout --replay monday",
        "./shop load ramp --workers 2",
        "./shop load mixed --users 40 --ui",
    ),
    rank=1,
)
