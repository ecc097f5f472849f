"""The commands of ./shop and what each of them calls."""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections.abc import Sequence

from rich.console import Console

from deploy.containers.stack import current
from deploy.native.errors import ShopError
from deploy.native.layout import Layout
from loadtests import scenario


def main(arguments: Sequence[str]) -> int:
    """Run one command; the result is the exit code."""
    parser = _parser()
    options, rest = parser.parse_known_args(arguments)
    if rest and options.command != "test":
        parser.error(f"unknown argument: {rest[0]}")
    errors = Console(stderr=True, highlight=False)
    try:
        code = _run(options, rest, Console(highlight=False), current())
        sys.stdout.flush()
        return code
    except ShopError as error:
        errors.print(f"[bold red]✗[/] {_plain(error.message)}", soft_wrap=True)
        if error.remedy:
            errors.print(f"[yellow]→[/] {_plain(error.remedy)}", soft_wrap=True)
        return 1
    except BrokenPipeError:  # the reader of a pipe has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        errors.print("\nInterrupted. What was started keeps running: ./shop status, ./shop down")
        return 130


def _run(options: argparse.Namespace, rest: list[str], console: Console, layout: Layout) -> int:
    # Each command imports only what it needs: `./shop urls` does not wait for the libraries of `up`.
    match options.command:
        case "up":
            from deploy.cli import up

            return up.run(layout, console, docker=options.docker, native=options.native)
        case "down":
            from deploy.cli import down

            return down.run(layout, console, wipe=options.wipe)
        case "status":
            from deploy.cli import status

            return status.run(layout, console, as_json=options.json)
        case "logs":
            from deploy.cli import logs

            return logs.run(layout, options.service, follow=options.follow)
        case "urls":
            from deploy.cli import urls

            return urls.run(layout, console, as_json=options.json)
        case "restart":
            from deploy.cli import restart

            return restart.run(layout, console, options.service)
        case "load":
            from deploy.cli import load

            chosen = load.Options(
                users=options.users,
                spawn_rate=options.spawn_rate,
                run_time=options.run_time,
                host=options.host,
                ui=options.ui,
            )
            return load.run(layout, console, options.scenario, chosen)
        case "trace":
            from deploy.cli import trace

            return trace.run(layout, options.id)
        case "dlq":
            from deploy.cli import dlq

            return dlq.run(
                layout,
                console,
                action=options.action,
                queue=options.queue,
                identifier=options.id,
                yes=options.yes,
            )
        case "reconcile":
            from deploy.cli import reconcile

            return reconcile.run(layout, console, settle=options.settle)
        case "backup":
            from deploy.cli import backup

            return backup.run(layout, console, file=options.file)
        case "restore":
            from deploy.cli import restore

            return restore.run(layout, console, file=options.file, replace=options.yes)
        case "rebuild":
            from deploy.cli import rebuild

            return rebuild.run(layout, console)
        case _:
            from deploy.cli import test

            return test.run(layout, console, full=options.full, docker=options.docker, arguments=rest)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="./shop", description="Glasshouse: run it, watch it, test it.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="command")

    up = commands.add_parser("up", help="everything running and seeded, then a table of URLs")
    kind = up.add_mutually_exclusive_group()
    kind.add_argument("--docker", action="store_true", help="in containers (the default where Docker answers)")
    kind.add_argument("--native", action="store_true", help="as processes of this machine (the default elsewhere)")

    down = commands.add_parser("down", help="stop everything")
    down.add_argument("--wipe", action="store_true", help="delete data, logs and secrets too")

    status = commands.add_parser("status", help="every process: state, pid, uptime, memory")
    status.add_argument("--json", action="store_true", help="as a JSON list; memory in bytes, uptime in seconds")

    logs = commands.add_parser("logs", help="the newest log lines")
    logs.add_argument("service", nargs="?", help="a name of ./shop status; order-service means all its instances")
    logs.add_argument("-f", "--follow", action="store_true", help="go on with what is written from now on")

    urls = commands.add_parser("urls", help="where everything answers")
    urls.add_argument("--json", action="store_true", help="as a JSON object")

    restart = commands.add_parser("restart", help="restart services, replica by replica, without losing a request")
    restart.add_argument("--rolling", action="store_true", required=True, help="the one way there is")
    restart.add_argument("service", nargs="?", help="for example order-service; all four when it is left out")

    load = commands.add_parser("load", help="people who use the shop; 0 when nothing failed that should not")
    load.add_argument("scenario", choices=scenario.names(), help="a file of loadtests/scenarios")
    load.add_argument("--users", type=_positive, help="how many there are at once")
    load.add_argument("--spawn-rate", type=_positive, metavar="N", help="how many arrive each second")
    load.add_argument("--run-time", type=_run_time, metavar="TIME", help="for example 90s, 10m, 1h30m")
    load.add_argument("--host", metavar="URL", help="another address of this machine; no other machine's")
    load.add_argument("--ui", action="store_true", help="steer it on Locust's page, port 8089")

    trace = commands.add_parser("trace", help="show one request: its spans as a tree and its log lines")
    trace.add_argument("id", help="a request id, an order id or a trace id")

    dlq = commands.add_parser("dlq", help="dead letters: messages that were given up, and kept")
    dlq.add_argument("action", choices=["list", "show", "replay", "drop"], help="replay: back to work, as if new")
    dlq.add_argument("queue", nargs="?", help="a work queue, such as order.stock (not for list)")
    dlq.add_argument("--id", help="only the letter with this message id (replay, drop)")
    dlq.add_argument("--yes", action="store_true", help="drop without asking")

    reconcile = commands.add_parser(
        "reconcile",
        help="compare orders, payments, ledger and stock; 0 when all agree, 2 when one cannot be asked",
    )
    reconcile.add_argument(
        "--settle", type=float, default=10.0, metavar="SECONDS", help="how long what disagrees must not move (10)"
    )

    backup = commands.add_parser("backup", help="all stores as of one moment, in one file; the shop stays open")
    backup.add_argument("file", nargs="?", help="default: glasshouse-<time>.backup here; an existing one is kept")

    restore = commands.add_parser("restore", help="put a backup into this installation, and start it")
    restore.add_argument("file")
    restore.add_argument("--yes", action="store_true", help="although it holds orders of its own, which are lost")

    rebuild = commands.add_parser("rebuild", help="make a read model anew from the events, while all runs")
    rebuild.add_argument("model", choices=["history"], help="history: what customers see of their orders")

    test = commands.add_parser(
        "test", help="lint, types and tests; other arguments go to pytest", allow_abbrev=False
    )
    test.add_argument("--full", action="store_true", help="the long tests too")
    test.add_argument("--docker", action="store_true", help="only the tests of a whole platform, in containers")
    return parser


def _positive(text: str) -> int:
    if not text.isdecimal() or not int(text):
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number above 0")
    return int(text)


def _run_time(text: str) -> str:
    if not re.fullmatch(r"(?=\d)(\d+h)?(\d+m)?(\d+s?)?", text):
        raise argparse.ArgumentTypeError(f"{text!r} is not a time such as 90s, 10m or 1h30m")
    return text


def _plain(text: str) -> str:
    return text.replace("[", "\\[")
