"""The whole platform as a list of programs, in the order in which they come up."""

from __future__ import annotations

from dataclasses import dataclass

from deploy.installation.layout import Layout
from deploy.installation.secrets import Secrets
from deploy.native import (
    alertmanager,
    console,
    exporters,
    frontend,
    gateway,
    jaeger,
    mongo,
    postgres,
    prometheus,
    rabbitmq,
    redis,
    rotate,
    services,
)
from deploy.native.programs import Program


@dataclass(frozen=True)
class Platform:
    """Its programs. Migrations need the stores, services need the broker, the edge needs the services."""

    stores: tuple[Program, ...]
    broker: tuple[Program, ...]
    services: tuple[Program, ...]
    exporters: tuple[Program, ...]
    frontend: Program
    gateway: Program
    prometheus: Program
    console: Program

    @property
    def infrastructure(self) -> tuple[Program, ...]:
        return (*self.stores, *self.broker)

    @property
    def programs(self) -> tuple[Program, ...]:
        return (
            *self.infrastructure,
            *self.services,
            *self.exporters,
            self.frontend,
            self.gateway,
            self.prometheus,
            self.console,
        )


def prepare(layout: Layout, secrets: Secrets) -> None:
    """Data directories and configuration files of everything."""
    postgres.prepare(layout, secrets)
    redis.prepare(layout, secrets)
    rabbitmq.prepare(layout, secrets)
    mongo.prepare(layout, secrets)
    jaeger.prepare(layout)
    services.prepare(layout)
    exporters.prepare(layout, secrets)
    alertmanager.prepare(layout)
    prometheus.prepare(layout)
    frontend.prepare(layout)
    gateway.prepare(layout, secrets)


def describe(layout: Layout, secrets: Secrets) -> Platform:
    return Platform(
        stores=(
            postgres.program(layout),
            redis.program(layout, secrets),
            mongo.program(layout, secrets),
            jaeger.program(layout),
        ),
        broker=(rabbitmq.port_mapper(layout), rabbitmq.program(layout, secrets)),
        services=tuple(services.programs(layout, secrets)),
        exporters=(alertmanager.program(layout), *exporters.programs(layout, secrets), rotate.program(layout)),
        frontend=frontend.program(layout),
        gateway=gateway.program(layout, secrets),
        prometheus=prometheus.program(layout),
        console=console.program(layout),
    )
