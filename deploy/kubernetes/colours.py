"""The two colours of the services in a cluster: three upgrades by Helm, and a rollback."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from deploy.installation.errors import ShopError, UsageError
from deploy.installation.services import PROVIDER, PUBLIC
from deploy.kubernetes.cluster import LABELS, RELEASE, Cluster
from deploy.kubernetes.install import upgrade

__all__ = ["ClusterColours"]

_OTHER = {"blue": "green", "green": "blue"}
_NO_TAGS = {"rollout.tags.blue": "", "rollout.tags.green": ""}
_SWITCHED_WITHIN = 300  # seconds, in which pods of the gateway may be made anew


class ClusterColours:
    """One rollout. The schema of the databases stays that of the newer version, also after a rollback."""

    def __init__(self, cluster: Cluster, ready_within: float) -> None:
        """ready_within: seconds for pods of the new version, and for the Job that migrates."""
        self._cluster, self._ready_within = cluster, ready_within
        self._color, self._revision, self._beside = "", 0, dict[str, str]()

    def plan(self, color: str, tag: str) -> None:
        release, values = self._cluster.installed(), self._cluster.values()
        rollout: dict[str, Any] = values.get("rollout", {})
        tags = rollout.get("tags", {})
        if rollout.get("kind") == "argo":
            raise UsageError("This release has rollout.kind argo.", "Argo Rollouts brings a new image.tag itself.")
        if release["status"] != "deployed" or all(tags.get(each) for each in _OTHER):
            raise ShopError(
                f"Revision {release['revision']} of {RELEASE} is {release['status']}: "
                "another rollout or upgrade is under way, was killed or failed.",
                f"Go back: {self._by_hand('rollback')} <an older revision>. "
                f"Or keep the newer colour: {self._ending()}",
            )
        active = rollout.get("active", "blue")
        if color == active:
            raise UsageError(f"{color} has the requests already.", f"./shop rollout --color {_OTHER[color]}")
        image = values.get("image", {}).get("tag") or release["app_version"]
        old = tags.get(active) or image
        self._color, self._revision = color, int(release["revision"])
        self._beside = {"image.tag": tag, f"rollout.tags.{active}": old, f"rollout.tags.{color}": tag}

    def deploy(self) -> None:
        self._upgrade(self._beside, self._ready_within)

    def previews(self) -> Mapping[str, str]:
        return {
            service.name: f"http://127.0.0.1:{self._cluster.forward(f'{service.name}-preview')}"
            for service in PUBLIC
        }

    def switch(self) -> None:
        if self._cluster.values().get("autoscaling", {}).get("enabled"):
            self._grow()
        self._upgrade({"rollout.active": self._color}, _SWITCHED_WITHIN, "--no-hooks")

    def keep(self) -> None:
        try:
            self._upgrade(_NO_TAGS, _SWITCHED_WITHIN, "--no-hooks")
        except ShopError as error:
            raise ShopError(error.message, f"Do it again: {self._ending()}") from error

    def back(self) -> None:
        job = f"job/prepare-{self._revision + 1}"  # it would try to migrate again and again
        self._cluster.kubectl("delete", job, "--ignore-not-found", "--wait=false", check=False)
        try:
            self._cluster.helm("rollback", RELEASE, str(self._revision))
            self._let_go_of_provider()
            for each in self._cluster.workloads():
                name = f"{each['kind'].lower()}/{each['metadata']['name']}"
                self._cluster.kubectl("rollout", "status", name, f"--timeout={_SWITCHED_WITHIN}s")
        except ShopError as error:
            again = f"Do it again: {self._by_hand('rollback')} {self._revision}"
            raise ShopError(f"The old version may not have the requests: {error.message}", again) from error

    def _grow(self) -> None:
        """As many pods as the old version has by now. The new one has few, as nothing has asked it yet."""
        services = f"--selector={LABELS},app.kubernetes.io/component=service"
        found = {
            each["metadata"]["name"]: each for each in self._cluster.objects("deployments", services)["items"]
        }
        grown = []
        for name, new in found.items():
            service, _, color = name.rpartition("-")
            old = found.get(f"{service}-{_OTHER[color]}", {}).get("status", {}) if color == self._color else {}
            if (wanted := old.get("replicas", 0)) > new["spec"]["replicas"]:
                self._cluster.kubectl("scale", f"deployment/{name}", f"--replicas={wanted}")
                grown.append(f"deployment/{name}")
        for name in grown:
            self._cluster.kubectl("rollout", "status", name, f"--timeout={self._ready_within:.0f}s")

    def _let_go_of_provider(self) -> None:
        """A StatefulSet keeps a pod that never was ready, also when it should be of another version by now."""
        for pod in self._cluster.pods():
            is_ready = all(each["ready"] for each in pod["status"].get("containerStatuses", [{"ready": False}]))
            if pod["metadata"]["labels"]["app.kubernetes.io/name"] == PROVIDER.name and not is_ready:
                self._cluster.kubectl("delete", f"pod/{pod['metadata']['name']}")

    def _by_hand(self, verb: str) -> str:
        return f"helm --namespace {self._cluster.namespace} {verb} {RELEASE}"

    def _ending(self) -> str:
        tags = " ".join(f"--set-string={name}=" for name in _NO_TAGS)
        chart = self._cluster.run / "chart"
        return f"{self._by_hand('upgrade')} {chart} --reset-then-reuse-values --no-hooks {tags}"

    def _upgrade(self, values: Mapping[str, str], seconds: float, *options: str) -> None:
        """The migrations have run when the new version was deployed: what comes later needs no hooks."""
        changed = (f"--set-string={name}={text}" for name, text in values.items())
        upgrade(self._cluster, *changed, *options, seconds=seconds)
