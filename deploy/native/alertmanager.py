"""Alertmanager: groups alerts and passes them on to ALERT_WEBHOOK_URL, or to nobody when that is not set."""

from __future__ import annotations

import os
from urllib.request import Request

from deploy.installation import alert_login, configuration, readiness
from deploy.installation.files import write_private
from deploy.installation.layout import Layout
from deploy.native import packages
from deploy.native.programs import Program


def program(layout: Layout) -> Program:
    config, web = layout.conf / "alertmanager.yml", layout.conf / "alertmanager-web.yml"
    return Program(
        name="alertmanager",
        command=(
            packages.program("prometheus-alertmanager"),
            f"--config.file={config}",
            f"--web.config.file={web}",
            f"--storage.path={layout.data / 'alertmanager'}",
            f"--web.listen-address=127.0.0.1:{layout.port('alertmanager')}",
            f"--web.external-url=http://localhost:{layout.port('alertmanager')}/",
            "--cluster.listen-address=",  # there is only this one
            "--log.format=json",
        ),
        ports=(layout.port("alertmanager"),),
        ready=lambda: _is_ready(layout),
        environment={"GOMAXPROCS": "1"},
        watch=(config, web),
    )


def prepare(layout: Layout) -> None:
    (layout.data / "alertmanager").mkdir(parents=True, exist_ok=True)
    text = configuration.alertmanager(os.environ.get("ALERT_WEBHOOK_URL", ""))
    write_private(layout.conf / "alertmanager.yml", text)
    write_private(layout.conf / "alertmanager-web.yml", alert_login.web_config(alert_login.make(layout.secrets)))


def _is_ready(layout: Layout) -> str | None:
    login = {"Authorization": alert_login.authorization(layout.secrets)}
    return readiness.http(Request(f"{layout.url('alertmanager')}/-/ready", headers=login))()  # noqa: S310 (http)
