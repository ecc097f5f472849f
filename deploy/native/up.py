"""Bringing the platform up: from a bare machine to a shop that answers."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial

from rich.console import Console

from deploy.installation import ports, readiness, secrets
from deploy.installation.files import write_private
from deploy.installation.layout import Layout
from deploy.installation.progress import command_lock, step
from deploy.installation.services import BEHIND_GATEWAY
from deploy.native import frontend, oneshots, packages, platform, postgres, processes, services
from deploy.native.platform import Platform
from deploy.native.programs import Program
from deploy.native.starting import start, wait
from deploy.native.supervisor import Supervisor


def up(layout: Layout, console: Console | None = None, *, with_services: bool = True) -> None:
    """Everything installed, running, migrated, seeded and ready; harmless when it already is.

    With `with_services=False` only the infrastructure. Raises `ShopError`.
    """
    console = console or Console(quiet=True)
    layout.make_directories()
    with command_lock(layout, console):
        if not Supervisor(layout).is_running() and not processes.belonging_to(layout):
            ports.check_all(layout)  # before minutes of installing
        _install(layout, console)
        if with_services:
            frontend.build(layout, console)
        credentials = secrets.ensure(layout.secrets)
        parts = platform.describe(layout, credentials)
        supervisor = Supervisor(layout)
        with step(console, "Checking ports, writing configuration"):
            _configure(layout, credentials, supervisor, parts)
        with step(console, "Starting PostgreSQL, Redis, MongoDB, Jaeger"):
            start(supervisor, (*parts.broker, *parts.stores))  # RabbitMQ takes longest: it begins now
            if with_services:
                supervisor.read_libraries()
            wait(layout, supervisor, parts.stores)
            postgres.make_databases(layout, credentials)
        if with_services:
            with step(console, "Migrating and seeding"):
                for together in services.one_shots(layout, credentials):
                    with ThreadPoolExecutor(len(together)) as pool:
                        list(pool.map(partial(oneshots.run, layout), together))
            # The broker is still starting: meanwhile those that do without it can.
            without_broker = (p for p in parts.services if "AMQP_URL" not in p.environment)
            pages = (parts.frontend, parts.gateway, parts.console)
            start(supervisor, [*parts.exporters, *without_broker, *pages])
        with step(console, "Starting RabbitMQ"):
            wait(layout, supervisor, parts.broker)
        if with_services:
            with step(console, "Starting the services, the gateway and Prometheus"):
                rest = (*parts.services, *parts.exporters, parts.frontend, parts.gateway)
                start(supervisor, rest)
                wait(layout, supervisor, rest)
                # Last: before that it would report as down what has never been up.
                last = (parts.prometheus, parts.console)
                start(supervisor, [parts.prometheus])
                wait(layout, supervisor, [_through_gateway(layout, parts.gateway), *last])


def _install(layout: Layout, console: Console) -> None:
    if wanted := packages.missing(packages.SERVERS):
        names = ", ".join(package.name for package in wanted)
        with step(console, f"Installing {names} (about half a minute)"):
            packages.ensure(wanted, layout.logs / "apt.log")


def _configure(layout: Layout, credentials: secrets.Secrets, supervisor: Supervisor, parts: Platform) -> None:
    if not supervisor.is_running():
        processes.end(processes.belonging_to(layout))  # what a killed supervisord left behind
        postgres.remove_stale_pid_file(layout)
    starting = _not_started(supervisor, parts.programs)
    ports.check_free(layout, ((program.name, port) for program in starting for port in program.ports))
    write_private(layout.offset_file, f"{layout.offset}\n")
    platform.prepare(layout, credentials)
    supervisor.apply(parts.programs)


def _not_started(supervisor: Supervisor, programs: Iterable[Program]) -> list[Program]:
    states = supervisor.states() if supervisor.is_running() else {}
    return [p for p in programs if p.name not in states or not states[p.name].is_started]


def _through_gateway(layout: Layout, gateway: Program) -> Program:
    """The gateway, ready only when it reaches every service and the shop's pages."""
    paths = ("/", *(f"/health/{name}" for name in BEHIND_GATEWAY))
    probes = [readiness.http(f"{layout.url('gateway')}{path}") for path in paths]
    return replace(gateway, ready=readiness.each(*probes))
