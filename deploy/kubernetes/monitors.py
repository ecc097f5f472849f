"""The scrape jobs as the Prometheus Operator wants them: PodMonitors and a Probe, with our jobs and labels."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import yaml

from deploy.kubernetes import watching
from deploy.kubernetes.compose import PORTS, SIDECAR_PORTS, SIDECARS

# What the Operator adds to every series, and ours have not.
_ADDED = "namespace|container|pod|endpoint"
_CAMEL = {"source_labels": "sourceLabels", "target_label": "targetLabel"}


def monitors() -> dict[str, Any]:
    """pods: a PodMonitor's endpoints by the name of its job; probes: what the blackbox exporter is asked."""
    config: dict[str, Any] = yaml.safe_load(watching.prometheus())
    times = {
        "interval": config["global"]["scrape_interval"],
        "scrapeTimeout": config["global"]["scrape_timeout"],
    }
    jobs = config["scrape_configs"]
    pods = {job["job_name"]: list(_endpoints(job, times)) for job in jobs if "kubernetes_sd_configs" in job}
    return {"pods": pods, "probes": [_probe(job, times) for job in jobs if job["job_name"] == "blackbox"]}


def _endpoints(job: Mapping[str, Any], times: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    """One for each name of a port that the job asks; its own rules choose among the pods that have such a port."""
    own = job["relabel_configs"]
    for port in sorted(_port_names(own[0]["regex"])):
        endpoint: dict[str, Any] = {"port": port, **times, "path": job.get("metrics_path", "/metrics")}
        if "params" in job:
            endpoint["params"] = job["params"]
        named = {"targetLabel": "job", "replacement": job["job_name"]}
        endpoint["relabelings"] = [named, *map(_rule, own), {"action": "labeldrop", "regex": _ADDED}]
        if "metric_relabel_configs" in job:
            endpoint["metricRelabelings"] = [_rule(rule) for rule in job["metric_relabel_configs"]]
        yield endpoint


def _port_names(regex: str) -> set[str]:
    """The names of the ports whose part and number the job keeps."""
    known = [*PORTS.items(), *((SIDECARS[name], ports) for name, ports in SIDECAR_PORTS.items())]
    return {
        port for name, ports in known for port, number in ports.items() if re.fullmatch(regex, f"{name}:{number}")
    }


def _rule(rule: Mapping[str, Any]) -> dict[str, Any]:
    return {_CAMEL.get(key, key): value for key, value in rule.items()}


def _probe(job: Mapping[str, Any], times: Mapping[str, str]) -> dict[str, Any]:
    """The addresses, and the names by which the rules know them."""
    (prober,) = {target for group in job["static_configs"] for target in group["targets"]}
    (module,) = {group["labels"]["__param_module"] for group in job["static_configs"]}
    names = {group["labels"]["__param_target"]: group["labels"]["instance"] for group in job["static_configs"]}
    rules: list[dict[str, Any]] = [
        {"sourceLabels": ["__param_target"], "regex": re.escape(url).replace("\\-", "-"), **_named(name)}
        for url, name in names.items()
    ]
    rules.append({"action": "labeldrop", "regex": _ADDED})
    host, _, port = prober.partition(":")
    return {
        "name": job["job_name"],
        "host": host,
        "port": int(port),
        "spec": {
            "jobName": job["job_name"],
            **times,
            "module": module,
            "targets": {"staticConfig": {"static": list(names), "relabelingConfigs": rules}},
        },
    }


def _named(instance: str) -> dict[str, str]:
    return {"targetLabel": "instance", "replacement": instance}
