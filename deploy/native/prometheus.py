"""Prometheus: prometheus/prometheus.yml with this installation's targets beside it."""

from __future__ import annotations

import json

from deploy.native import packages, readiness
from deploy.native.files import write_private
from deploy.native.layout import CHECKOUT, PORTS, Layout
from deploy.native.programs import Program

# The scrape job, and the ports behind it by their name in the layout.
JOBS = {
    **{
        job: [name for name in PORTS if name.startswith(job)]
        for job in ("user-service", "product-service", "order-service", "payment-service", "payment-provider")
    },
    "rabbitmq": ["rabbitmq-metrics"],
    "jaeger": ["jaeger"],
    "prometheus": ["prometheus"],
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
            f"--web.listen-address=127.0.0.1:{layout.port('prometheus')}",
            "--enable-feature=exemplar-storage",
            "--log.format=json",
        ),
        ports=(layout.port("prometheus"),),
        ready=readiness.http(f"{layout.url('prometheus')}/-/ready"),
        watch=(conf,),
    )


def prepare(layout: Layout) -> None:
    (layout.data / "prometheus").mkdir(parents=True, exist_ok=True)
    conf = layout.conf / "prometheus"
    write_private(conf / "prometheus.yml", (CHECKOUT / "prometheus" / "prometheus.yml").read_text())
    for job, names in JOBS.items():
        targets = [
            {"targets": [f"127.0.0.1:{layout.port(name)}"], "labels": {"instance": name.removesuffix("-metrics")}}
            for name in names
        ]
        write_private(conf / "targets" / f"{job}.json", json.dumps(targets, indent=2) + "\n")
