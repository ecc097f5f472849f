"""Makes containers.yml from prometheus.yml: the same jobs, with the addresses that they have in containers.

`python -m prometheus.containers` writes it, `--check` says whether it is fresh. Services are found by DNS, so that
a replica that is added is scraped a few seconds later.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

from deploy.installation.services import BEHIND_GATEWAY, CONTAINER_PORT, SERVICES

HERE = Path(__file__).parent
SOURCE, TARGET = HERE / "prometheus.yml", HERE / "containers.yml"
_HEAD = "# Made from prometheus.yml by `python -m prometheus.containers`: do not edit.\n"
# Job (a file of targets in the native run): instance -> address.
_SINGLE: Mapping[str, Mapping[str, str]] = {
    "gateway": {"gateway": "nginx-exporter:9113"},
    "gateway-log": {"gateway": "gateway-log-exporter:3903"},
    "postgres": {"postgres": "postgres-exporter:9187"},
    "redis": {"redis": "redis-exporter:9121"},
    "rabbitmq": {"rabbitmq": "rabbitmq:15692"},
    "jaeger": {"jaeger": "jaeger:8888", "jaeger-span-metrics": "jaeger:8889"},
    "drill": {},
    "logs": {"collector": "collector:8888", "loki": "loki:3100"},
    "alertmanager": {"alertmanager": "alertmanager:9093"},
    "prometheus": {"prometheus": "localhost:9090"},
}
_PROBED: Mapping[str, str] = {
    "shop-http": "http://gateway:8080/health",
    "shop-https": "https://gateway:8443/health",
    "shop-pages": "http://gateway:8080/",
    **{name: f"http://gateway:8080/health/{name}" for name in BEHIND_GATEWAY},
}
_FILE = re.compile(r"file_sd_configs: \[\{files: \[targets/(?P<job>[a-z-]+)\.json\]\}\]")


def render(source: str) -> str:
    """prometheus.yml with every file of targets replaced by its targets."""
    body = source.split("\n", 2)[2]  # without the two lines about files
    return _HEAD + _FILE.sub(lambda found: _targets(found["job"]), body)


def _targets(file: str) -> str:
    if file == "services":
        return _services()
    if file == "blackbox":
        return _static(
            {
                "targets": ["blackbox-exporter:9115"],
                "labels": {
                    "__metrics_path__": "/probe",
                    "__param_module": "http",
                    "__param_target": address,
                    "instance": instance,
                },
            }
            for instance, address in _PROBED.items()
        )
    return _static({"targets": [address], "labels": {"instance": name}} for name, address in _SINGLE[file].items())


def _services() -> str:
    """Those behind the gateway may have replicas. They have a name on one network only, `<name>.front`: Prometheus
    is on all three, and would see each replica three times. The name that was looked up becomes the job."""
    names = ", ".join(f"{name}.front" for name in BEHIND_GATEWAY)
    others = [service.name for service in SERVICES if service.name not in BEHIND_GATEWAY]
    static = _static(
        {"targets": [f"{name}:{CONTAINER_PORT}"], "labels": {"job": name, "instance": name}} for name in others
    )
    return (
        f"dns_sd_configs: [{{names: [{names}], type: A, port: {CONTAINER_PORT}, refresh_interval: 5s}}]\n"
        f"    {static}\n"
        "    relabel_configs:\n"
        "      - {source_labels: [__meta_dns_name], regex: (.+)\\.front, target_label: job}"
    )


def _static(groups: Iterable[Mapping[str, object]]) -> str:
    lines = "".join(f"\n      - {json.dumps(group)}" for group in groups)  # JSON is YAML
    return f"static_configs:{lines or ' []'}"


def main(arguments: list[str]) -> int:
    """Write the file, or with `--check` compare it."""
    text = render(SOURCE.read_text())
    if arguments == ["--check"]:
        fresh = TARGET.read_text() == text
        if not fresh:
            print(f"{TARGET.name} is stale: run python -m prometheus.containers")  # noqa: T201
        return 0 if fresh else 1
    TARGET.write_text(text)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
