"""Prometheus: prometheus/prometheus.yml and its rules, with this installation's targets beside them."""

from __future__ import annotations

import json
from collections.abc import Mapping

from deploy.installation import readiness
from deploy.installation.files import write_private
from deploy.installation.layout import CHECKOUT, Layout
from deploy.installation.services import SERVICES
from deploy.native import exporters, jaeger, packages
from deploy.native.programs import Program

# The scrape job, and what is behind it: ports by their name in the layout, with the name of the instance.
JOBS: Mapping[str, Mapping[str, str]] = {
    **{service.name: {name: name for name in service.replicas} for service in SERVICES},
    "gateway": {"nginx-exporter": "gateway"},
    "gateway-log": {"gateway-log-exporter": "gateway"},
    "postgres": {"postgres-exporter": "postgres"},
    "redis": {"redis-exporter": "redis"},
    "rabbitmq": {"rabbitmq-metrics": "rabbitmq"},
    "jaeger": jaeger.SCRAPED,
    "logs": {},  # of the containers
    "drill": {},  # while one lasts
    "alertmanager": {"alertmanager": "alertmanager"},
    "prometheus": {"prometheus": "prometheus"},
}


def program(layout: Layout) -> Program:
    conf = layout.conf / "prometheus"
    return Program(
        name="prometheus",
        command=(
            packages.program("prometheus"),
            f"--config.file={conf / 'prometheus.yml'}",
            f"--storage.tsdb.path={layout.data / 'prometheus'}",
            "--storage.tsdb.retention.time=7d",
            "--storage.tsdb.retention.size=2GB",
            f"--web.listen-address=127.0.0.1:{layout.port('prometheus')}",
            f"--web.external-url=http://localhost:{layout.port('prometheus')}/",
            # Otherwise pages of every site may read all metrics.
            f"--web.cors.origin=http://localhost:{layout.port('prometheus')}",
            "--enable-feature=exemplar-storage,expand-external-labels",
            "--scrape.discovery-reload-interval=500ms",  # 5 s otherwise, in which `./shop up` waits
            "--log.format=json",
        ),
        ports=(layout.port("prometheus"),),
        environment={
            "GOGC": "50",  # less memory for a little more work
            "GRAFANA_URL": f"http://localhost:{layout.port('grafana')}",
        },
        ready=readiness.http(f"{layout.url('prometheus')}/-/ready"),
        watch=(conf,),
    )


def prepare(layout: Layout) -> None:
    (layout.data / "prometheus").mkdir(parents=True, exist_ok=True)
    conf = layout.conf / "prometheus"
    source = CHECKOUT / "prometheus"
    for path in (source / "prometheus.yml", *sorted((source / "rules").glob("*.yml"))):
        write_private(conf / path.relative_to(source), path.read_text())
    groups = {job: [_group(layout, job, *item) for item in names.items()] for job, names in JOBS.items()}
    ours = [group for service in SERVICES for group in groups.pop(service.name)]
    for file, targets in {**groups, "services": ours}.items():
        write_private(conf / "targets" / f"{file}.json", json.dumps(targets, indent=2) + "\n")
    write_private(conf / "targets" / "blackbox.json", exporters.probes(layout) + "\n")


def _group(layout: Layout, job: str, port: str, instance: str) -> dict[str, object]:
    return {"targets": [f"127.0.0.1:{layout.port(port)}"], "labels": {"job": job, "instance": instance}}
