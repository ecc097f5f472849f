"""The Collector of a cluster's logs: loki/collector.yaml, with the files of a node in place of Docker's driver."""

from __future__ import annotations

from typing import Any

import yaml

from deploy.installation.layout import CHECKOUT

_SOURCE = CHECKOUT / "loki" / "collector.yaml"
NODE_LOGS = "/var/log/pods"
# How the kubelet names a file: the Collector takes pod and container from it, and asks the API server nothing.
_FILES = f"{NODE_LOGS}/${{env:NAMESPACE}}_*/*/*.log"
_PLACES = "/var/lib/collector"
_WAITING = 64_000_000  # bytes; when Loki is away for longer, what is read then is lost
_OF_THE_NODE = (
    'set(attributes["service.name"], resource.attributes["k8s.container.name"])',
    'set(attributes["service.instance.id"], resource.attributes["k8s.pod.name"])',
)
_OF_DOCKER = ("com.docker.compose", 'attributes["source"]')


def collector() -> str:
    """A line is read where the node keeps it; from there on it goes the way that it goes in containers."""
    config: dict[str, Any] = yaml.safe_load(_SOURCE.read_text(encoding="utf-8"))
    config["receivers"] = {
        "file_log": {
            "include": [_FILES],
            "start_at": "beginning",
            "include_file_path": True,
            "storage": "file_storage",
            "operators": [{"type": "container"}],
        }
    }
    config["extensions"] = {"file_storage": {"directory": _PLACES}}
    config["service"]["extensions"] = ["file_storage"]
    config["service"]["pipelines"]["logs"]["receivers"] = ["file_log"]
    line = config["processors"]["transform/line"]
    (log,) = line["log_statements"]
    own = [text for text in log["statements"] if not any(word in text for word in _OF_DOCKER)]
    clean = {"context": "resource", "statements": ['delete_matching_keys(attributes, "^k8s[.]")']}
    line["log_statements"] = [{**log, "statements": [*_OF_THE_NODE, *own]}, clean]
    loki = config["exporters"]["otlp_http/loki"]
    loki["endpoint"] = "http://loki.${env:NAMESPACE}.svc:3100/otlp"
    # What was read waits for Loki on the node's disk, where the next Collector finds it.
    loki["sending_queue"] |= {"storage": "file_storage", "queue_size": _WAITING}
    return yaml.safe_dump(config, sort_keys=False, width=1000)
