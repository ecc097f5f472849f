"""The two colours of the services in a cluster: three upgrades by Helm, and a rollback."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from deploy.installation.errors import ShopError, UsageError
from deploy.installation.services import PUBLIC
from deploy.kubernetes.cluster import RELEASE, Cluster
from deploy.kubernetes.install import upgrade

__all__ = ["ClusterColours"]

_OTHER = {"blue": "green", "green": "blue"}
_SWITCHED_WITHIN = 300  # seconds, in which pods of the gateway may be made anew


class ClusterColours:
    """One rollout. The schema of the databases stays that of the newer version, also after a rollback."""

    def __init__(self, cluster: Cluster, ready_within: float) -> None:
        """ready_within: seconds for pods of the new version, and for the Job that migrates."""
        self._cluster, self._ready_within = cluster, ready_within
        self._color = self._revision = ""

    def deploy(self, color: str, tag: str) -> None:
        release, values = self._release(), self._cluster.values()
        rollout: dict[str, Any] = values.get("rollout", {})
        if rollout.get("kind") == "argo":
            raise UsageError("This release has rollout.kind argo.", "Argo Rollouts brings a new image.tag itself.")
        active = rollout.get("active", "blue")
        if color == active:
            raise UsageError(f"{color} has the requests already.", f"./shop rollout --color {_OTHER[color]}")
        image = values.get("image", {}).get("tag") or release["app_version"]
        old = rollout.get("tags", {}).get(active) or image
        self._color, self._revision = color, str(release["revision"])
        self._upgrade(
            {"image.tag": tag, f"rollout.tags.{active}": old, f"rollout.tags.{color}": tag}, self._ready_within
        )

    def previews(self) -> Mapping[str, str]:
        return {
            service.name: f"http://127.0.0.1:{self._cluster.forward(f'{service.name}-preview')}"
            for service in PUBLIC
        }

    def switch(self) -> None:
        self._upgrade({"rollout.active": self._color}, _SWITCHED_WITHIN, "--no-hooks")

    def keep(self) -> None:
        self._upgrade({"rollout.tags.blue": "", "rollout.tags.green": ""}, _SWITCHED_WITHIN, "--no-hooks")

    def back(self) -> None:
        if self._revision:
            job = f"job/prepare-{int(self._revision) + 1}"  # it would try to migrate again and again
            self._cluster.kubectl("delete", job, "--ignore-not-found", "--wait=false")
            timeout = f"--timeout={_SWITCHED_WITHIN}s"
            self._cluster.helm("rollback", RELEASE, self._revision, "--wait", timeout)

    def _release(self) -> dict[str, Any]:
        found = self._cluster.release()
        if found is None:
            raise ShopError(
                f"There is no release {RELEASE} in the namespace {self._cluster.namespace}.",
                "./shop up --kubernetes installs it. Another namespace: SHOP_NAMESPACE=<name>",
            )
        return found

    def _upgrade(self, values: Mapping[str, str], seconds: float, *options: str) -> None:
        """The migrations have run when the new version was deployed: what comes later needs no hooks."""
        changed = (f"--set-string={name}={text}" for name, text in values.items())
        upgrade(self._cluster, *changed, *options, seconds=seconds)
