"""Restarting services replica by replica while the gateway keeps answering.

One replica at a time: the gateway is told to send it nothing more and ends what it has begun; then the
replica gets SIGTERM and finishes its requests and messages; when its successor is ready, it is used again.
"""

from __future__ import annotations

import os
import signal
import time

from rich.console import Console

from deploy.installation import secrets
from deploy.installation.errors import ShopError, UsageError
from deploy.installation.layout import Layout
from deploy.installation.progress import command_lock, step
from deploy.installation.services import REPLICATED, instances
from deploy.native import gateway, platform, processes
from deploy.native.starting import wait
from deploy.native.supervisor import Supervisor

_DRAIN_SECONDS = 20.0  # for the gateway's old workers to answer what they have begun


def restart(layout: Layout, service: str | None = None, console: Console | None = None) -> None:
    """Restart all replicas of `service`, or of every service that has some. Raises `ShopError`."""
    console = console or Console(quiet=True)
    if service is not None and service not in REPLICATED:
        raise UsageError(f"{service} is not a service with replicas.", f"There are: {', '.join(REPLICATED)}.")
    supervisor = Supervisor(layout)
    if not supervisor.is_running():
        raise ShopError("The platform is not running.", "./shop up starts it.")
    with command_lock(layout, console):
        for name in [service] if service else REPLICATED:
            for instance in instances(name):
                with step(console, f"Restarting {instance}"):
                    _restart(layout, supervisor, instance)


def _restart(layout: Layout, supervisor: Supervisor, instance: str) -> None:
    credentials = secrets.ensure(layout.secrets)
    program = next(p for p in platform.describe(layout, credentials).services if p.name == instance)
    try:  # whatever ends this, also while the gateway drains: it uses the replica again
        _reload_gateway(layout, supervisor, credentials, without=instance)
        supervisor.stop([instance])
        supervisor.start(instance)
        wait(layout, supervisor, [program])
    finally:
        _reload_gateway(layout, supervisor, credentials)


def _reload_gateway(
    layout: Layout, supervisor: Supervisor, credentials: secrets.Secrets, *, without: str = ""
) -> None:
    """Make Nginx read its configuration again, and wait until no worker of the old one is left."""
    gateway.prepare(layout, credentials, without=without)
    master = supervisor.states()["gateway"].pid
    old = set(processes.tree(master)) - {master}
    os.kill(master, signal.SIGHUP)
    deadline = time.monotonic() + _DRAIN_SECONDS
    while old & set(processes.tree(master)):
        if time.monotonic() > deadline:
            raise ShopError(
                f"The gateway's workers were still busy after {_DRAIN_SECONDS:.0f} s.",
                "Some request takes that long; try again, or see ./shop logs gateway.",
            )
        time.sleep(0.05)
