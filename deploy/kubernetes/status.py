"""What runs in a cluster, in the terms of `./shop status`."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from deploy.kubernetes.cluster import Cluster

__all__ = ["collect"]

_UNITS = {"Ki": 2**10, "Mi": 2**20, "Gi": 2**30}


def collect(cluster: Cluster) -> list[dict[str, Any]]:
    """Every pod that is meant to run, and what has none; rss and pss: bytes, where metrics-server counts."""
    pods = cluster.pods()
    programs, memory = cluster.programs(pods), _memory(cluster)
    rows = [_row(pod, programs[_first(pod)], memory.get(pod["metadata"]["name"], 0)) for pod in pods]
    return sorted((*rows, *_without_pods(cluster, pods)), key=lambda row: str(row["name"]))


def _first(pod: dict[str, Any]) -> tuple[str, str]:
    return pod["metadata"]["name"], pod["spec"]["containers"][0]["name"]


def _row(pod: dict[str, Any], name: str, used: int) -> dict[str, Any]:
    status, labels = pod["status"], pod["metadata"]["labels"]
    color = labels.get("glasshouse/color")
    containers = status.get("containerStatuses", ())
    trouble = "; ".join(dict.fromkeys((*_last_end(containers), *_trouble(pod))))
    is_ready = bool(containers) and all(each["ready"] for each in containers)
    state = "stopping" if "deletionTimestamp" in pod["metadata"] else str(status.get("phase", "unknown")).lower()
    word = "healthy" if is_ready else "starting"
    started = status.get("startTime")
    return {
        "name": f"{name} ({color})" if color else name,
        "state": "starting" if state == "pending" else state,
        "health": f"{word}: {trouble}" if trouble and not is_ready else word,
        "ports": [],
        "restarts": sum(each["restartCount"] for each in containers),
        "pid": None,
        "uptime": round(max(0.0, time.time() - datetime.fromisoformat(started).timestamp()), 1) if started else 0,
        "rss": used,
        "pss": used,
    }


def _trouble(pod: dict[str, Any]) -> Iterator[str]:
    """Why a pod is not ready: what a container waits for, or what the scheduler lacks."""
    for each in (*pod["status"].get("initContainerStatuses", ()), *pod["status"].get("containerStatuses", ())):
        if waiting := each["state"].get("waiting"):
            yield f"{each['name']}: {waiting.get('message') or waiting.get('reason', 'it waits')}"
    for condition in pod["status"].get("conditions", ()):
        if condition["type"] == "PodScheduled" and condition["status"] == "False":
            yield str(condition.get("message", condition.get("reason", "no node takes it")))


def _last_end(containers: Any) -> Iterator[str]:
    for each in containers:
        if (ended := each.get("lastState", {}).get("terminated")) and not each["ready"]:
            yield f"{each['name']} ended with {ended['exitCode']} ({ended.get('reason', 'no reason')})"


def _without_pods(cluster: Cluster, pods: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Deployments and StatefulSets of which no pod is there, although some are wanted."""
    there = {(pod["metadata"]["labels"]["app.kubernetes.io/name"], _color(pod)) for pod in pods}
    for each in cluster.workloads():
        selector = each["spec"]["selector"]["matchLabels"]
        name = (selector["app.kubernetes.io/name"], selector.get("glasshouse/color"))
        if name not in there:
            wanted = each["spec"].get("replicas", 1)
            trouble = f"missing: {wanted} wanted and none there" if wanted else None
            none = dict.fromkeys(("restarts", "uptime", "rss", "pss"), 0)
            shown = {"name": each["metadata"]["name"], "state": "stopped", "health": trouble}
            yield {**none, **shown, "ports": [], "pid": None}


def _color(pod: dict[str, Any]) -> str | None:
    found: str | None = pod["metadata"]["labels"].get("glasshouse/color")
    return found


def _memory(cluster: Cluster) -> dict[str, int]:
    """Bytes by pod; empty where no metrics-server counts them."""
    found = {}
    for line in cluster.kubectl("top", "pods", "--no-headers", check=False).splitlines():
        name, _, size = line.split()[:3]
        found[name] = int(size[:-2]) * _UNITS.get(size[-2:], 0)
    return found
