"""An installation that runs as processes of this machine, in the terms of deploy/operations/installation.py."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rich.console import Console

from deploy.installation import ports, secrets
from deploy.installation.errors import ShopError
from deploy.installation.layout import Layout
from deploy.installation.services import find
from deploy.installation.subprocesses import bare_environment
from deploy.native import jaeger, mongo, rolling, services, status
from deploy.native.breaking import NativePrograms
from deploy.native.down import down
from deploy.native.reach import NativeReach
from deploy.native.supervisor import Supervisor
from deploy.native.up import up
from deploy.operations.backup.reach import ClientCommand
from deploy.operations.rollout import Colours


@dataclass(frozen=True)
class Native:
    """supervisord watches over it."""

    layout: Layout

    def up(self, console: Console) -> Native:
        up(self.layout, console)
        return self

    def down(self, *, wipe: bool) -> None:
        down(self.layout, wipe=wipe)

    def restart(self, service: str | None, console: Console) -> None:
        rolling.restart(self.layout, service, console)

    def processes(self) -> list[dict[str, Any]]:
        return status.collect(self.layout)

    def reach(self) -> NativeReach:
        return NativeReach(self.layout)

    def programs(self) -> NativePrograms:
        return NativePrograms(self.layout)

    def colours(self, ready_within: float) -> Colours:
        raise ShopError("Two colours of the services need a cluster.", "./shop restart brings new code here.")

    def job(self, service: str, module: str) -> ClientCommand:
        if not Supervisor(self.layout).is_running():
            raise ShopError("The platform is not running.", "Start it: ./shop up")
        credentials, chosen = secrets.ensure(self.layout.secrets), find(service)
        settings = services.environment(self.layout, credentials, chosen, next(iter(chosen.replicas)))
        return ClientCommand((sys.executable, "-m", module), {**bare_environment(), **settings})

    def follow_logs(self) -> None:
        """Programs write to files."""

    def crowd(self) -> None:
        """Locust is a process of this machine."""

    def check_load_page(self) -> None:
        port = self.layout.port("locust")
        if not ports.is_free(port):
            raise ShopError(
                f"Port {port}, wanted by Locust's page, is in use by {ports.owner(port)}.",
                "Stop that process, or leave --ui out.",
            )

    def links(self) -> Mapping[str, tuple[bool, str]]:
        return {
            "prometheus": (True, "metrics; its pages are below /classic/"),
            "alertmanager": (True, "alerts; its pages are the console's; its API: /api/v2/alerts"),
            "grafana": (True, "the console: dashboards, traces, logs and alerts"),
            "locust": (True, "loads; while ./shop load mixed --ui runs"),
        }

    def pages(self) -> Mapping[str, str]:
        return {"query": "/classic/graph?g0.tab=1&g0.expr=", "alerts": "/alerts"}

    def logins(self) -> Mapping[str, tuple[str, str]]:
        return {}

    def stand_ins(self) -> str:
        parts = {
            "tracebox for Jaeger": jaeger.BINARY is None,
            "the console for Grafana": True,
            "SecantusDB for MongoDB": not mongo.is_installed(),
        }
        return ", ".join(part for part, stands_in in parts.items() if stands_in)

    def port_forwards(self) -> Sequence[str]:
        return ()
