"""What Prometheus and Grafana are given in a cluster: the files of containers, but with pods in place of names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import yaml

from deploy.installation.layout import CHECKOUT
from deploy.installation.services import CONTAINER_PORT, SERVICES
from deploy.kubernetes import traces
from deploy.kubernetes.compose import PORTS, SIDECARS

_SOURCE = CHECKOUT / "prometheus" / "containers.yml"
_GRAFANA = CHECKOUT / "grafana"
# The label of a pod that says which part it is.
_PART = "__meta_kubernetes_pod_label_app_kubernetes_io_name"
_PORT = "__meta_kubernetes_pod_container_port_number"
_POD = "__meta_kubernetes_pod_name"
# A pod that was evicted stays as an object for days, and never answers again.
_ENDED = {"source_labels": ["__meta_kubernetes_pod_phase"], "regex": "Failed|Succeeded", "action": "drop"}
# Parts with several pods, each of which is an instance.
_SEVERAL = ("gateway", traces.BALANCER, traces.SAMPLER)
# What a job asks besides, where it is there.
_FURTHER = {"jaeger": (f"{traces.BALANCER}:8888", f"{traces.BALANCER}:8889", f"{traces.SAMPLER}:8888")}
# Asked where they are: itself, and what is asked about other addresses.
_BY_ADDRESS = ("localhost", "blackbox-exporter")


def prometheus() -> str:
    """prometheus/containers.yml with pods in place of names: the same jobs, rules and labels."""
    config: dict[str, Any] = yaml.safe_load(_SOURCE.read_text(encoding="utf-8"))
    config["scrape_configs"] = [_job(job) for job in config["scrape_configs"]]
    return yaml.safe_dump(config, sort_keys=False, width=1000)


def datasources(*, has_logs: bool = False) -> str:
    """Grafana's. Without logs nothing sends Loki lines, so it has neither a source nor a link."""
    path = _GRAFANA / "provisioning" / "datasources" / "datasources.yml"
    found: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    if not has_logs:
        found["datasources"] = [source for source in found["datasources"] if source["type"] != "loki"]
        for source in found["datasources"]:
            source["jsonData"].pop("tracesToLogsV2", None)
    return yaml.safe_dump(found, sort_keys=False, width=1000)


def _job(job: dict[str, Any]) -> dict[str, Any]:
    if job["job_name"] == "services":
        return _services(job)
    targets = dict(_targets(job))
    targets |= {target: {} for target in _FURTHER.get(job["job_name"], ())}
    kept = {name: labels for name, labels in targets.items() if pod_of(name)[0] in PORTS}
    if any(name.partition(":")[0] in _BY_ADDRESS for name in targets):
        return job
    if not kept:
        return {**job, "static_configs": []}
    rest = {key: value for key, value in job.items() if key not in ("static_configs", "relabel_configs")}
    pods = [":".join(pod_of(name)) for name in kept]
    own = job.get("relabel_configs", [])
    return {
        **rest,
        "kubernetes_sd_configs": [{"role": "pod", "namespaces": {"own_namespace": True}}],
        "relabel_configs": [
            _keep(pods),
            _ENDED,
            *(_instance(*pair) for pair in zip(pods, kept.values(), strict=True)),
            *own,
        ],
    }


def _services(job: Mapping[str, Any]) -> dict[str, Any]:
    """A pod is an instance, and its part is the job."""
    return {
        "job_name": job["job_name"],
        "kubernetes_sd_configs": [{"role": "pod", "namespaces": {"own_namespace": True}}],
        "relabel_configs": [
            _keep([f"{service.name}:{CONTAINER_PORT}" for service in SERVICES]),
            _ENDED,
            {"source_labels": [_PART], "target_label": "job"},
            {"source_labels": [_POD], "target_label": "instance"},
        ],
    }


def _targets(job: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, str]]]:
    for group in job["static_configs"]:
        for target in group["targets"]:
            yield target, group["labels"]


def pod_of(target: str) -> tuple[str, str]:
    """The pod's part and the port: a sidecar is in the pod of another."""
    name, _, port = target.partition(":")
    return SIDECARS.get(name, name), port


def _keep(pods: list[str]) -> dict[str, Any]:
    regex = "|".join(map(re.escape, pods)).replace("\\-", "-")
    return {"source_labels": [_PART, _PORT], "separator": ":", "regex": regex, "action": "keep"}


def _instance(pod: str, labels: Mapping[str, str]) -> dict[str, Any]:
    """The name that the rules know; of a part with several pods, the pod's."""
    chosen = {"regex": pod, "target_label": "instance"}
    if pod.partition(":")[0] in _SEVERAL:
        return {"source_labels": [_PART, _PORT, _POD], "separator": ":", **chosen, "regex": f"{pod}:(.+)"}
    return {"source_labels": [_PART, _PORT], "separator": ":", **chosen, "replacement": labels["instance"]}
