"""Our own processes: the services' instances and the one-shots that come before them."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from deploy.installation import readiness
from deploy.installation.addresses import Stores, secret_settings
from deploy.installation.layout import CHECKOUT, Layout
from deploy.installation.secrets import Secrets
from deploy.installation.services import SERVICES, Service, instances
from deploy.native.programs import Program


@dataclass(frozen=True)
class OneShot:
    """A step that runs to its end before the services start; harmless to repeat."""

    name: str
    module: str
    environment: Mapping[str, str]


def programs(layout: Layout, secrets: Secrets) -> list[Program]:
    """The programs that are services: one for each replica."""
    return [
        Program(
            name=instance,
            command=(sys.executable, "-m", f"services.{service.package}.main"),
            ports=(layout.port(instance),),
            ready=readiness.http(f"{layout.url(instance)}/health/ready"),
            environment=environment(layout, secrets, service, instance),
            directory=CHECKOUT,
            watch=tuple(
                CHECKOUT / part
                for part in (f"services/{service.package}", "services/shared", "observability", "requirements")
            ),
        )
        for service in SERVICES
        for instance in service.replicas
    ]


def one_shots(layout: Layout, secrets: Secrets) -> list[list[OneShot]]:
    """Schemas and indexes first, then what the tables begin with; the steps of one list may run together."""
    return [
        [
            OneShot(
                name=f"{service.name}-{step}",
                module=f"services.{service.package}.{step}",
                environment={
                    **environment(layout, secrets, service, next(iter(service.replicas))),
                    **{name.upper(): secrets.given[name] for name in service.seed_secrets if step == "seed"},
                },
            )
            for service in SERVICES
            if step in service.steps
        ]
        for step in ("migrate", "seed")
    ]


def prepare(layout: Layout) -> None:
    """Make the folders of the databases that are files."""
    for service in SERVICES:
        if service.store == "sqlite":
            database_file(layout, service).parent.mkdir(parents=True, exist_ok=True)


def environment(layout: Layout, secrets: Secrets, service: Service, instance: str) -> dict[str, str]:
    """The settings of one replica, as the environment variables that it reads."""
    return {
        "HOST": "127.0.0.1",
        "PORT": str(layout.port(instance)),
        "SERVICE_INSTANCE_ID": instance,
        "ENVIRONMENT": "native",
        "LOG_LEVEL": os.environ.get("LOG_LEVEL") or "info",
        "OTEL_EXPORTER_OTLP_ENDPOINT": layout.url("otlp"),
        "PYTHONUNBUFFERED": "1",
        "FLAGS_FILE": str(layout.flags_file),
        **{name: f"{layout.url(instance)}{path}" for name, path in service.own_addresses.items()},
        **{name: os.environ.get(name) or default for name, default in service.choices.items()},
        **{
            f"{other.upper().replace('-', '_')}_URL": ",".join(map(layout.url, instances(other)))
            for other in service.calls
        },
        **{name: str(secrets.directory / file) for name, file in service.secret_files.items()},
        **_file_setting(layout, service),
        **secret_settings(service, secrets, Stores.of(layout)),
    }


def _file_setting(layout: Layout, service: Service) -> dict[str, str]:
    if service.store != "sqlite":
        return {}
    return {"DATABASE_URL": f"sqlite:///{database_file(layout, service)}"}


def database_file(layout: Layout, service: Service) -> Path:
    """Where the database lies of a service whose store is a file."""
    return layout.data / service.package / f"{service.database}.sqlite"
