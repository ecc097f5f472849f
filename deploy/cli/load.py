"""./shop load"""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from deploy.cli import load_end, load_inside
from deploy.cli.first_scrape import wait_for_first_scrape
from deploy.installation import readiness
from deploy.installation.errors import ShopError, UsageError, reason
from deploy.installation.layout import Layout, make_private
from deploy.operations.drills import run as drills
from deploy.operations.drills.fault import Cause, read_how
from deploy.operations.drills.place import lasts
from deploy.operations.installation import Installation
from loadtests import arrivals, faults, scenario
from loadtests.target import is_loopback

_RECORD = "./shop load checkout --record FILE makes one."


@dataclass(frozen=True)
class Options:
    """What was asked for; None: as the scenario has it.

    run_time: seconds. rate: arrivals a second. seed: of all choices. record, replay: files of arrivals.
    report: make a page of it. reconcile: compare the stores at the end. workers: processes that let people in;
    where there are several, another one counts.
    """

    users: int | None = None
    spawn_rate: float | None = None
    run_time: float | None = None
    host: str | None = None
    ui: bool = False
    rate: float | None = None
    seed: int | None = None
    record: Path | None = None
    replay: Path | None = None
    report: bool = False
    reconcile: bool = True
    workers: int = 1


def run(installation: Installation, console: Console, name: str, options: Options) -> int:
    """Let Locust run the scenario in a process of its own; 0 when every objective was reached."""
    layout, chosen = installation.layout, scenario.read(name)
    if (crowd := installation.crowd()) is not None:
        _check_inside(chosen, options)
        wait_for_first_scrape(layout, console)
        console.print(f"[bold]{name}[/]: {chosen.about}.", soft_wrap=True)
        console.print(_plan(layout, chosen, options), soft_wrap=True)
        return load_inside.run(
            installation,
            console,
            crowd,
            chosen,
            _asked(chosen, options),
            arguments=_workers(layout, options),
            reconcile=options.reconcile,
            report=options.report,
        )
    host = options.host or layout.url("gateway")
    _check(installation, chosen, options, host)
    wait_for_first_scrape(layout, console)
    folder = layout.run / "load"
    make_private(folder)
    (folder / "results.json").unlink(missing_ok=True)
    console.print(f"[bold]{name}[/]: {chosen.about}.", soft_wrap=True)
    console.print(_plan(layout, chosen, options), soft_wrap=True)
    sys.stdout.flush()
    run = _Run(installation, chosen, folder)
    with subprocess.Popen(
        command(layout, options, host), env=_environment(layout, chosen, options), cwd=folder
    ) as run.locust:
        code = run.until_over()
    if options.record:
        shutil.copyfile(folder / "arrivals.jsonl", options.record)
    is_ours = host == layout.url("gateway")
    return load_end.finish(
        installation,
        console,
        chosen,
        code,
        asks_stores=is_ours and options.reconcile and not (run.ended_early or options.ui),
        report=options.report,
    )


def _check(installation: Installation, chosen: scenario.Scenario, options: Options, host: str) -> None:
    if not is_loopback(host):
        raise ShopError(
            f"{host} is not this machine, and a load is only for this machine.",
            "Leave --host out, or give an address such as http://127.0.0.1:8080.",
        )
    if options.replay:
        try:
            arrivals.read(options.replay, list(chosen.weights))
        except FileNotFoundError:
            raise UsageError(f"There is no file {options.replay}.", _RECORD) from None
        except (OSError, ValueError) as error:
            raise UsageError(f"{options.replay} is no record of arrivals: {reason(error)}.", _RECORD) from None
    if problem := readiness.http(f"{host}/health/order")():
        raise ShopError(f"The shop does not answer: {problem}", "Start it: ./shop up")
    if chosen.fault:
        installation.programs()  # raises where drills are not possible
    if options.ui:
        installation.check_load_page()


def _check_inside(chosen: scenario.Scenario, options: Options) -> None:
    if chosen.fault:
        raise UsageError(
            f"In a cluster a load breaks nothing, and {chosen.name} does.",
            "Break something beside another load: ./shop drill list",
        )
    if options.ui or options.host or options.record or options.replay:
        raise UsageError(
            "In a cluster a load takes no --ui, --host, --record and --replay.",
            "These need the native run. Locust's own page: deploy/kubernetes/README.md",
        )


def _asked(chosen: scenario.Scenario, options: Options) -> dict[str, str]:
    """What the scenario is told by variables, wherever Locust runs."""
    given = {
        "LOAD_SCENARIO": chosen.name,
        "LOAD_STAGED": None if options.ui else "1",
        "LOAD_WORKERS": options.workers,
        "LOAD_SEED": options.seed,
        "LOAD_USERS": options.users,
        "LOAD_SPAWN_RATE": options.spawn_rate,
        "LOAD_RATE": options.rate,
        "LOAD_SECONDS": options.run_time,
        "LOAD_REPLAY": options.replay.absolute() if options.replay else None,
    }
    return {name: str(value) for name, value in given.items() if value is not None}


def _environment(layout: Layout, chosen: scenario.Scenario, options: Options) -> dict[str, str]:
    return {
        **os.environ,
        "PYTHONPATH": str(layout.checkout),
        "LOAD_FOLDER": str(layout.run / "load"),
        "LOAD_ADMIN_PASSWORD_FILE": str(layout.secrets / "admin_password"),
        "OTEL_EXPORTER_OTLP_ENDPOINT": layout.url("otlp"),
        **_asked(chosen, options),
    }


@dataclass
class _Run:
    """Locust under way, and the fault of its scenario."""

    installation: Installation
    chosen: scenario.Scenario
    folder: Path
    ended_early: bool = False

    def __post_init__(self) -> None:
        self.locust: subprocess.Popen[bytes]

    def until_over(self) -> int:
        """Locust's exit code."""
        signal.signal(signal.SIGTERM, lambda *_: self._end())
        if self.chosen.fault and not self._is_over_within(self.chosen.fault.after):
            self._break(self.chosen.fault)
        self._is_over_within(None)
        return self.locust.wait()

    def _end(self) -> None:
        self.ended_early = True
        self.locust.terminate()

    def _is_over_within(self, seconds: float | None) -> bool:
        while True:
            try:
                self.locust.wait(seconds)
            except subprocess.TimeoutExpired:
                return False
            except KeyboardInterrupt as why:
                if why.args:  # a signal that we alone got
                    self._end()
                self.ended_early = True  # of a terminal Locust got it too; it says what was done so far
            else:
                return True

    def _break(self, fault: scenario.Fault) -> None:
        async def until_locust_ends(over: asyncio.Event) -> None:
            while await lasts(over, 0.5) and self.locust.poll() is None:
                pass

        way, how = read_how(dict(fault.how), f"[fault] of {self.chosen.name}")
        cause = Cause(name=self.chosen.name, way=way, how=how)
        with faults.announced(self.folder / "fault.json"):
            if not drills.run(self.installation, cause, fault.seconds, until_locust_ends):
                self._end()


def command(layout: Layout, options: Options, host: str) -> list[str]:
    """Locust's command line."""
    locustfile = layout.checkout / "loadtests" / "locustfile.py"
    line = [sys.executable, "-m", "locust", "-f", str(locustfile), "--host", host, "--stop-timeout", "40"]
    line += ["--loglevel", "WARNING", "--json-file", "locust", "--only-summary"]
    line += _workers(layout, options)
    if options.ui:
        line += ["--web-host", "127.0.0.1", "--web-port", str(layout.port("locust"))]
        return [*line, *(["--run-time", f"{options.run_time:.0f}s"] if options.run_time else [])]
    return [*line, "--headless"]


def _workers(layout: Layout, options: Options) -> list[str]:
    """What makes Locust a master and its workers; nothing for one process."""
    if options.workers == 1:
        return []
    port = str(layout.port("locust-workers"))
    return [
        *("--processes", str(options.workers), "--master-bind-host", "127.0.0.1"),
        *("--master-bind-port", port, "--master-port", port),
    ]


def _plan(layout: Layout, chosen: scenario.Scenario, options: Options) -> str:
    if options.ui:
        return f"Locust's page: http://localhost:{layout.port('locust')}; Ctrl+C ends it."
    if options.replay:
        return f"The arrivals of {options.replay}; Ctrl+C ends it sooner."
    time = f"{options.run_time or chosen.seconds:.0f} s"
    if chosen.is_open:
        highest = options.rate or max(stage.arrivals for stage in chosen.stages)
        come = "person comes" if highest == 1 else "people come"
        return f"Up to {highest:g} {come} each second, for {time}; Ctrl+C ends it sooner."
    return f"Up to {options.users or chosen.peak.users} users, for {time}; Ctrl+C ends it sooner."
