"""./shop load"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from dataclasses import dataclass

from rich.console import Console

from deploy.installation import readiness
from deploy.installation.errors import ShopError
from deploy.installation.layout import Layout, make_private
from deploy.operations.installation import Installation
from loadtests import scenario
from loadtests.target import is_loopback


@dataclass(frozen=True)
class Options:
    """What was asked for; None: as the scenario has it."""

    users: int | None
    spawn_rate: float | None
    run_time: str | None
    host: str | None
    ui: bool

    @property
    def is_staged(self) -> bool:
        """Whether the scenario's stages hold."""
        return not self.ui and (self.users, self.spawn_rate, self.run_time) == (None, None, None)


def run(installation: Installation, console: Console, name: str, options: Options) -> int:
    """Let Locust run the scenario in a process of its own; 0 when nothing failed that should not."""
    layout, chosen = installation.layout, scenario.read(name)
    host = options.host or layout.url("gateway")
    if not is_loopback(host):
        raise ShopError(
            f"{host} is not this machine, and a load is only for this machine.",
            "Leave --host out, or give an address such as http://127.0.0.1:8080.",
        )
    if problem := readiness.http(f"{host}/health/order")():
        raise ShopError(f"The shop does not answer: {problem}", "Start it: ./shop up")
    if options.ui:
        installation.check_load_page()
    folder = layout.run / "load"
    make_private(folder)
    console.print(f"[bold]{name}[/]: {chosen.about}.", soft_wrap=True)
    console.print(_plan(layout, chosen, options), soft_wrap=True)
    environment = {
        **os.environ,
        "PYTHONPATH": str(layout.checkout),
        "LOAD_SCENARIO": name,
        "LOAD_FOLDER": str(folder),
        "LOAD_ADMIN_PASSWORD_FILE": str(layout.secrets / "admin_password"),
        "OTEL_EXPORTER_OTLP_ENDPOINT": layout.url("otlp"),
        **({"LOAD_STAGED": "1"} if options.is_staged else {}),
    }
    sys.stdout.flush()
    with subprocess.Popen(command(layout, chosen, options, host), env=environment, cwd=folder) as locust:
        signal.signal(signal.SIGTERM, lambda *_: locust.terminate())
        while True:
            try:
                return locust.wait()
            except KeyboardInterrupt:  # it got it too, and says what was done so far
                continue


def command(layout: Layout, chosen: scenario.Scenario, options: Options, host: str) -> list[str]:
    """Locust's command line."""
    locustfile = layout.checkout / "loadtests" / "locustfile.py"
    line = [sys.executable, "-m", "locust", "-f", str(locustfile), "--host", host, "--stop-timeout", "40"]
    line += ["--loglevel", "WARNING", "--json-file", "locust", "--only-summary"]
    if not options.is_staged:
        line += ["--users", str(options.users or chosen.peak.users)]
        line += ["--spawn-rate", str(options.spawn_rate or chosen.peak.spawn_rate)]
    if options.ui:
        line += ["--web-host", "127.0.0.1", "--web-port", str(layout.port("locust"))]
        return [*line, *(["--run-time", options.run_time] if options.run_time else [])]
    if not options.is_staged:
        line += ["--run-time", options.run_time or f"{chosen.seconds:.0f}s"]
    return [*line, "--headless"]


def _plan(layout: Layout, chosen: scenario.Scenario, options: Options) -> str:
    if options.ui:
        return f"Locust's page: http://localhost:{layout.port('locust')}; Ctrl+C ends it."
    users = options.users or chosen.peak.users
    return f"Up to {users} users, for {options.run_time or f'{chosen.seconds:.0f} s'}; Ctrl+C ends it sooner."
