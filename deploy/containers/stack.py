"""One installation that runs in containers: where it answers, and Docker Compose to do something with it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from deploy.installation.errors import ShopError
from deploy.installation.files import read_json, write_private
from deploy.installation.layout import BLOCKED, PAGES, Layout
from deploy.installation.services import CONTAINER_PORT, PROVIDER

# The variables of docker-compose.yml that are ports of this machine, by their names in a layout.
VARIABLES: Mapping[str, str] = {
    "HTTP_PORT": "gateway",
    "HTTPS_PORT": "gateway-tls",
    "JAEGER_PORT": "jaeger",
    "OTLP_PORT": "otlp",
    "PROMETHEUS_PORT": "prometheus",
    "ALERTMANAGER_PORT": "alertmanager",
    "GRAFANA_PORT": "grafana",
    "RABBITMQ_PORT": "rabbitmq-ui",
    "AMQP_PORT": "amqp",
    "POSTGRES_PORT": "postgres",
    "REDIS_PORT": "redis",
    "MONGO_PORT": "mongo",
    "PROVIDER_PORT": PROVIDER.name,
    "LOCUST_PORT": "locust",
    "LOGS_PORT": "container-logs",
}
# (service, its port inside) -> name in a layout.
INSIDE: Mapping[tuple[str, int], str] = {
    ("gateway", 8080): "gateway",
    ("gateway", 8443): "gateway-tls",
    ("locust", 8089): "locust",
    ("jaeger", 16686): "jaeger",
    ("jaeger", 4318): "otlp",
    ("prometheus", 9090): "prometheus",
    ("alertmanager", 9093): "alertmanager",
    ("grafana", 3000): "grafana",
    ("rabbitmq", 15672): "rabbitmq-ui",
    ("rabbitmq", 5672): "amqp",
    ("postgres", 5432): "postgres",
    ("redis", 6379): "redis",
    ("mongo", 27017): "mongo",
    (PROVIDER.name, CONTAINER_PORT): PROVIDER.name,
    ("collector", 24224): "container-logs",
}
_MEMORY = "containers.json"
_ENGINE_SECONDS = 10.0  # for an engine to say that it is there
# What Compose is told by the environment, and must be told by every later command too.
_CHOICES = ("COMPOSE_FILE", "COMPOSE_PROJECT_NAME", "COMPOSE_PROFILES", "DOCKER_HOST", "HTTP_ADDRESS")


@dataclass(frozen=True)
class Containers(Layout):
    """An installation in containers. environment: what Compose gets besides; published: ports by name."""

    environment: Mapping[str, str] = field(default_factory=dict)
    published: Mapping[str, int] = field(default_factory=dict)

    @classmethod
    def remembered(cls, layout: Layout) -> Containers | None:
        """The installation that `./shop up --docker` left in the layout's directory."""
        memory = read_json(layout.run / _MEMORY)
        return cls._of(layout, memory["environment"], memory["published"]) if memory else None

    @classmethod
    def planned(cls, layout: Layout, **more: str) -> Containers:
        """What `./shop up --docker` would start, given the environment and `.env`. more: variables besides."""
        ports = {
            variable: str(layout.port(name))
            for variable, name in VARIABLES.items()
            if layout.offset and variable not in os.environ
        }
        chosen = {name: os.environ[name] for name in (*_CHOICES, *VARIABLES) if os.environ.get(name)}
        return cls._of(layout, {**ports, **chosen, **more}, {})

    @classmethod
    def _of(cls, layout: Layout, environment: Mapping[str, str], published: Mapping[str, int]) -> Containers:
        return cls(layout.checkout, layout.run, layout.data, layout.offset, environment, published)

    def to_publish(self) -> dict[str, int]:
        """The ports by name, as Compose makes them of the files, the environment and `.env`."""
        return {
            INSIDE[name, port["target"]]: int(port["published"])
            for name, service in self.services().items()
            for port in service.get("ports", ())
            if (name, port["target"]) in INSIDE
        }

    def services(self) -> dict[str, dict[str, Any]]:
        """What Compose makes of the files, the environment and `.env`, without profiles that are not asked for."""
        found: dict[str, dict[str, Any]] = self._config()["services"]
        return found

    def check_pages(self) -> None:
        """Raise a `ShopError` when a page would be on a port that browsers refuse."""
        variables = {name: variable for variable, name in VARIABLES.items()}
        for name, port in self.to_publish().items():
            if name in PAGES and port in BLOCKED:
                raise ShopError(
                    f"{variables[name]}={port} is a port on which browsers open no page.",
                    f"Give another, for example {variables[name]}={port + 100}.",
                )

    def remember(self) -> Containers:
        """Keep what Compose makes of the files and of `.env`, for later commands."""
        published = self.to_publish()
        memory = {"environment": dict(self.environment), "published": published}
        write_private(self.run / _MEMORY, json.dumps(memory, indent=2))
        return self._of(self, self.environment, published)

    def forget(self) -> None:
        """Forget what was remembered: nothing runs in containers any more."""
        (self.run / _MEMORY).unlink(missing_ok=True)

    def port(self, name: str) -> int:
        """The port of this machine; for a replica, only where a test publishes it. Raises `ShopError`."""
        if name in self.published:
            return self.published[name]
        if name[-1:].isdigit():
            return self._port_of_replica(name)
        return super().port(name)

    def container(self, name: str) -> str:
        """The id of a container by its name natively: `redis`, or `order-service-2` for a replica."""
        service, _, number = name.rpartition("-")
        service, index = (service, number) if number.isdigit() else (name, "1")
        project = self.environment.get("COMPOSE_PROJECT_NAME", "glasshouse")
        labels = {"project": project, "service": service, "container-number": index}
        filters = [f"--filter=label=com.docker.compose.{key}={value}" for key, value in labels.items()]
        found = self.docker("ps", "--all", "--quiet", *filters, "--filter=label=com.docker.compose.oneoff=False")
        if not found.strip():
            raise ShopError(f"There is no container of {name}.", "See ./shop status")
        return found.split()[0]

    def containers(self) -> list[dict[str, Any]]:
        """All containers that run or should, as `docker compose ps` tells."""
        lines = self.compose("ps", "--all", "--format", "json").splitlines()
        return [json.loads(line) for line in lines if line.strip()]

    def volumes(self) -> list[str]:
        """The names of its volumes that there are."""
        there_are = self.docker("volume", "ls", "--quiet").split()
        return [volume["name"] for volume in self._config()["volumes"].values() if volume["name"] in there_are]

    def gather_logs(self) -> None:
        """Write what every container has said so far to the folder of logs, as the native run has it there."""
        self.logs.mkdir(parents=True, exist_ok=True)
        for row in self.containers():
            name = self.logs / f"{row['Service']}-{row['Name'].rpartition('-')[2]}.log"
            with name.open("w") as output, name.with_suffix(".err.log").open("w") as errors:
                command = ["docker", "logs", row["ID"]]
                subprocess.run(command, env=self.variables, stdout=output, stderr=errors, check=False)

    def compose(self, *arguments: str, log: Path | None = None, check: bool = True) -> str:
        """Run `docker compose ...`; what it printed, or with `log` nothing. Raises `ShopError` when it fails."""
        return self.docker("compose", *arguments, log=log, check=check)

    def show(self, *arguments: str) -> int:
        """Run `docker compose ...` and let it print; its exit code."""
        command = ["docker", "compose", *arguments]
        return subprocess.run(command, cwd=self.checkout, env=self.variables).returncode

    def docker(self, *arguments: str, log: Path | None = None, check: bool = True) -> str:
        """Run `docker ...`; what it printed. Raises `ShopError` when it fails."""
        command = ["docker", *arguments]
        environment = self.variables
        if log is None:
            done = subprocess.run(command, cwd=self.checkout, env=environment, capture_output=True, text=True)
            said = done.stderr
        else:
            with log.open("a") as output:
                begin = output.tell()
                done = subprocess.run(
                    command, cwd=self.checkout, env=environment, stdout=output, stderr=output, text=True
                )
            said = log.read_text()[begin:]
        if check and done.returncode != 0:
            last = "\n  ".join(said.strip().splitlines()[-8:])
            raise ShopError(
                f"{' '.join(command)} ended with {done.returncode}:\n  {last}",
                f"The whole output is in {log}." if log else "Is Docker running? docker info",
            )
        return done.stdout or ""

    @property
    def variables(self) -> dict[str, str]:
        """The environment of Docker Compose for this installation."""
        return {**os.environ, **self.environment}

    def _config(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.compose("config", "--format", "json"))
        return found

    def _port_of_replica(self, name: str) -> int:
        address = self.docker("port", self.container(name), f"{CONTAINER_PORT}/tcp").strip()
        if not address:
            raise ShopError(f"{name} has no port on this machine.", "Ask it through the gateway.")
        return int(address.splitlines()[0].rpartition(":")[2])


def engine_answers() -> bool:
    """Whether there is a Docker Engine with Compose that this user may use; one that hangs is none."""
    if shutil.which("docker") is None:
        return False
    checks = (["docker", "compose", "version"], ["docker", "info"])
    try:
        return all(
            subprocess.run(check, capture_output=True, timeout=_ENGINE_SECONDS).returncode == 0 for check in checks
        )
    except subprocess.TimeoutExpired:
        return False
