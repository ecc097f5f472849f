"""Alertmanager: groups alerts and passes them on to ALERT_WEBHOOK_URL, or to nobody when that is not set."""

from __future__ import annotations

import os

from deploy.installation import configuration, readiness
from deploy.installation.files import write_private
from deploy.installation.layout import Layout
from deploy.native import packages
from deploy.native.programs import Program


def program(layout: Layout) -> Program:
    config = layout.conf / "alertmanager.yml"
    return Program(
        name="alertmanager",
        command=(
            packages.program("prometheus-alertmanager"),
            f"--config.file={config}",
            f"--storage.path={layout.data / 'alertmanager'}",
            f"--web.listen-address=127.0.0.1:{layout.port('alertmanager')}",
            f"--web.external-url=http://localhost:{layout.port('alertmanager')}/",
            "--cluster.listen-address=",  # there is only this one
            "--log.format=json",
        ),
        ports=(layout.port("alertmanager"),),
        ready=readiness.http(f"{layout.url('alertmanager')}/-/ready"),
        environment={"GOMAXPROCS": "1"},
        watch=(config,),
    )


def prepare(layout: Layout) -> None:
    (layout.data / "alertmanager").mkdir(parents=True, exist_ok=True)
    text = configuration.alertmanager(os.environ.get("ALERT_WEBHOOK_URL", ""))
    write_private(layout.conf / "alertmanager.yml", text)
