"""An installation that runs in containers, in the terms of deploy/operations/installation.py."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rich.console import Console

from deploy.containers import status, up
from deploy.containers.reach import ContainerReach
from deploy.containers.stack import Containers
from deploy.installation.errors import ShopError
from deploy.operations.backup.reach import ClientCommand
from deploy.operations.installation import Programs
from deploy.operations.rollout import Colours

_COMPOSE_PREFIX = re.compile(r"(?P<program>\S+)\s+\| ?(?P<line>.*)")


@dataclass(frozen=True)
class InContainers:
    """Docker Compose watches over it."""

    layout: Containers

    def up(self, console: Console) -> InContainers:
        return InContainers(up.up(self.layout, console))

    def down(self, *, wipe: bool) -> None:
        up.down(self.layout, wipe=wipe)

    def restart(self, service: str | None, console: Console) -> None:
        raise ShopError(
            "./shop restart works in the native run only.",
            "Some requests fail meanwhile: docker compose up --detach --force-recreate --no-deps <service>",
        )

    def processes(self) -> list[dict[str, Any]]:
        return status.collect(self.layout)

    def reach(self) -> ContainerReach:
        return ContainerReach(self.layout)

    def programs(self) -> Programs:
        raise ShopError("Drills break processes of the native run, and this one runs in containers.")

    def colours(self, ready_within: float) -> Colours:
        raise ShopError("Two colours of the services need a cluster.", "./shop up --docker brings new code here.")

    def job(self, service: str, module: str) -> ClientCommand:
        once = ("docker", "compose", "run", "--rm", "--no-deps", "-T", "-e", "LOG_LEVEL", service)
        return ClientCommand((*once, "python", "-m", module), self.layout.variables)

    def follow_logs(self) -> Iterator[tuple[str, str]]:
        command = ["docker", "compose", "logs", "--follow", "--tail=0", "--no-color"]
        layout = self.layout
        with subprocess.Popen(
            command, cwd=layout.checkout, env=layout.variables, stdout=subprocess.PIPE, text=True, errors="replace"
        ) as compose:
            assert compose.stdout is not None
            for line in compose.stdout:
                if match := _COMPOSE_PREFIX.fullmatch(line.rstrip("\n")):
                    yield match["program"], match["line"]
        raise ShopError("Docker Compose has no more logs to show.", "Does the platform run? ./shop status")

    def crowd(self) -> None:
        """Locust is a process of this machine."""

    def check_load_page(self) -> None:
        raise ShopError(
            "In containers Locust's page is a container too.",
            f"docker compose --profile load up --detach, then http://localhost:{self.layout.port('locust')}",
        )

    def links(self) -> Mapping[str, tuple[bool, str]]:
        return {
            "prometheus": (True, "metrics"),
            "alertmanager": (True, "alerts"),
            "grafana": ("grafana" in self.layout.published, "dashboards"),
            "locust": (True, "loads; docker compose --profile load up --detach"),
        }

    def pages(self) -> Mapping[str, str]:
        return {"query": "/query?g0.expr=", "alerts": "/alerting/list"}

    def logins(self) -> Mapping[str, tuple[str, str]]:
        return {"grafana": ("admin", "grafana_password")}

    def stand_ins(self) -> str:
        return ""

    def port_forwards(self) -> Sequence[str]:
        return ()
