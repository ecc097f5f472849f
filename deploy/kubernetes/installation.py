"""An installation in a cluster, in the terms of deploy/operations/installation.py."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console

from deploy.installation.errors import ShopError
from deploy.kubernetes import install, status
from deploy.kubernetes.breaking import ClusterPrograms
from deploy.kubernetes.cluster import Cluster
from deploy.kubernetes.colours import ClusterColours
from deploy.kubernetes.crowd import ClusterCrowd
from deploy.kubernetes.reach import ClusterReach
from deploy.operations.backup.reach import ClientCommand, Reach

__all__ = ["InCluster"]

_PREFIX = re.compile(r"\[pod/(?P<pod>[^/]+)/(?P<container>[^\]]+)\] ?(?P<line>.*)")


@dataclass(frozen=True)
class InCluster:
    """Kubernetes watches over it. profile, values: what the next `up` gives."""

    layout: Cluster
    profile: str | None = None
    values: Sequence[Path] = ()

    def up(self, console: Console) -> InCluster:
        install.up(self.layout, console, self.profile, self.values)
        return self

    def down(self, *, wipe: bool) -> None:
        raise ShopError("A cluster's release is not stopped from here.", _no("helm uninstall glasshouse"))

    def restart(self, service: str | None, console: Console) -> None:
        raise ShopError("A cluster restarts by itself.", _no("kubectl rollout restart deployment"))

    def processes(self) -> list[dict[str, Any]]:
        return status.collect(self.layout)

    def reach(self) -> Reach:
        return ClusterReach(self.layout)

    def programs(self) -> ClusterPrograms:
        return ClusterPrograms(self.layout)

    def colours(self, ready_within: float) -> ClusterColours:
        return ClusterColours(self.layout, ready_within)

    def job(self, service: str, module: str) -> ClientCommand:
        inside = ("exec", f"service/{service}", "--", "python", "-m", module)
        return ClientCommand((*self.layout.kubectl_command, *inside), os.environ)

    def follow_logs(self) -> Iterator[tuple[str, str]]:
        programs = self.layout.programs(self.layout.pods())
        command = [
            *(*self.layout.kubectl_command, "logs", "--follow", "--prefix", "--tail=0"),
            *("--all-containers", "--selector=app.kubernetes.io/part-of=glasshouse"),
            f"--max-log-requests={len(programs) + 20}",
        ]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, errors="replace") as kubectl:
            assert kubectl.stdout is not None
            try:
                for line in kubectl.stdout:
                    if match := _PREFIX.fullmatch(line.rstrip("\n")):
                        yield programs.get((match["pod"], match["container"]), match["container"]), match["line"]
            finally:
                kubectl.terminate()
        raise ShopError("kubectl has no more logs to show.", "Do the pods run? ./shop status --kubernetes")

    def crowd(self) -> ClusterCrowd:
        return ClusterCrowd(self.layout)

    def check_load_page(self) -> None:
        raise ShopError(
            "In a cluster Locust's page is in a pod of its own.",
            "With load.enabled: kubectl port-forward deployment/locust 8089:8089",
        )

    def links(self) -> Mapping[str, tuple[bool, str]]:
        has = self.layout.has
        return {
            "prometheus": (has("prometheus"), "metrics"),
            "alertmanager": (has("alertmanager"), "alerts"),
            "grafana": (has("grafana"), "dashboards"),
            "locust": (has("locust"), "loads"),
        }

    def pages(self) -> Mapping[str, str]:
        return {"query": "/query?g0.expr=", "alerts": "/alerting/list"}

    def logins(self) -> Mapping[str, tuple[str, str]]:
        return {"grafana": ("admin", "grafana_password")}

    def stand_ins(self) -> str:
        return ""

    def port_forwards(self) -> Sequence[str]:
        return self.layout.port_forwards()


def _no(command: str) -> str:
    return f"{command}, as deploy/kubernetes/README.md says."
