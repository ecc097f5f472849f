"""Programs in a cluster as a drill treats them: a part gets fewer pods or none, and pods are killed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any, NoReturn

from deploy.installation.errors import ShopError
from deploy.installation.log_records import without_number
from deploy.installation.services import SERVICES
from deploy.kubernetes.cluster import Cluster

__all__ = ["ClusterPrograms"]

# An annotation of what was scaled, so that whoever comes later can mend what a dead drill left.
_NOTE = "glasshouse/replicas-before-drill"
_READY_WITHIN = 180  # seconds
_POSSIBLE = ("stop", "crash")
_REPLICAS = {service.name: len(service.ports) for service in SERVICES}  # of the native run, which faults/ name


class ClusterPrograms:
    """What can be done to pods from outside. Kubernetes would start a stopped pod anew, so fewer are wanted."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster

    def check(self, way: str) -> None:
        if way not in _POSSIBLE:
            _refuse(f"A fault of the kind {way} needs the native run.")

    def stop(self, names: Sequence[str]) -> None:
        for part, number in Counter(map(without_number, names)).items():
            for each in self._workloads(part):
                self._take_away(each, None if number >= _REPLICAS.get(part, 1) else number)

    def start(self, names: Sequence[str]) -> None:
        for part in dict.fromkeys(map(without_number, names)):
            for each in self._workloads(part):
                if (before := each["metadata"].get("annotations", {}).get(_NOTE)) is not None:
                    self._cluster.kubectl("scale", _path(each), f"--replicas={before}")
                    self._cluster.kubectl("annotate", _path(each), f"{_NOTE}-")
                self._cluster.kubectl("rollout", "status", _path(each), f"--timeout={_READY_WITHIN}s")

    def kill(self, name: str) -> None:
        each = self._workloads(without_number(name))[0]
        if found := self._cluster.kubectl("get", "pods", _chosen(each), "--output=name").split():
            self._cluster.kubectl("delete", found[0], "--grace-period=0", "--force", "--wait=false")

    def freeze(self, names: Sequence[str]) -> None:
        self.check("freeze")

    def thaw(self, names: Sequence[str]) -> None:
        self.check("freeze")

    def reload(self, name: str) -> None:
        self.check("reload")

    def tell_broker(self, command: Sequence[str]) -> None:
        self.check("broker")

    def _take_away(self, each: dict[str, Any], number: int | None) -> None:
        """number: of the pods; None: all of them."""
        before = each["spec"].get("replicas", 1)
        after = 0 if number is None else before - number
        if number is not None and after < 1:
            _refuse(f"{each['metadata']['name']} has {before} replica: without it the whole part is away.")
        if _NOTE not in each["metadata"].get("annotations", {}):  # else a drill that died elsewhere has left it
            self._cluster.kubectl("annotate", _path(each), f"{_NOTE}={before}")
        self._cluster.kubectl("scale", _path(each), f"--replicas={after}")
        if not after:
            self._cluster.kubectl("wait", "pods", "--for=delete", _chosen(each), f"--timeout={_READY_WITHIN}s")

    def _workloads(self, part: str) -> list[dict[str, Any]]:
        if not (found := self._cluster.workloads(part)):
            _refuse(f"There is no {part} in the namespace {self._cluster.namespace}.")
        return found


def _path(each: dict[str, Any]) -> str:
    return f"{each['kind'].lower()}/{each['metadata']['name']}"


def _chosen(each: dict[str, Any]) -> str:
    labels = each["spec"]["selector"]["matchLabels"].items()
    return "--selector=" + ",".join(f"{key}={value}" for key, value in labels)


def _refuse(what: str) -> NoReturn:
    raise ShopError(what, "deploy/kubernetes/README.md says which drills work in a cluster.")
