"""What turns the numbers of PostgreSQL, Redis and Nginx into metrics, and looks at the shop from outside."""

from __future__ import annotations

import json
from pathlib import Path

from deploy.installation import readiness
from deploy.installation.configuration import POSTGRES_MONITOR, REDIS_MONITOR, redis_passwords
from deploy.installation.files import write_private
from deploy.installation.layout import CHECKOUT, Layout
from deploy.installation.secrets import Secrets
from deploy.installation.services import BEHIND_GATEWAY
from deploy.native import packages
from deploy.native.programs import Program

_SMALL = {"GOMAXPROCS": "1", "GOGC": "50"}  # little work and little memory each


def programs(layout: Layout, secrets: Secrets) -> tuple[Program, ...]:
    return (
        _exporter(
            layout,
            "postgres-exporter",
            "prometheus-postgres-exporter",
            f"--web.listen-address={_address(layout, 'postgres-exporter')}",
            "--disable-settings-metrics",  # hundreds of series that never change
            DATA_SOURCE_URI=f"{_address(layout, 'postgres')}/postgres?sslmode=disable",
            DATA_SOURCE_USER=POSTGRES_MONITOR,
            DATA_SOURCE_PASS=secrets.monitoring_password,
        ),
        _exporter(
            layout,
            "redis-exporter",
            "prometheus-redis-exporter",
            f"-web.listen-address={_address(layout, 'redis-exporter')}",
            "-connection-timeout=2s",  # a server that hangs is down before the scrape times out
            f"-redis.password-file={_redis_passwords(layout)}",
            REDIS_ADDR=f"redis://{_address(layout, 'redis')}",
            REDIS_USER=REDIS_MONITOR,
        ),
        _exporter(
            layout,
            "nginx-exporter",
            "prometheus-nginx-exporter",
            f"-web.listen-address={_address(layout, 'nginx-exporter')}",
            f"-nginx.scrape-uri={layout.url('gateway-status')}/nginx_status",
            # It serves nothing before it has seen Nginx once: keep asking.
            *("-nginx.retries", "1000000", "-nginx.retry-interval", "500ms"),
        ),
        _exporter(
            layout,
            "gateway-log-exporter",
            "mtail",
            *("-address", "127.0.0.1", "-port", str(layout.port("gateway-log-exporter"))),
            *("-progs", str(layout.conf / "mtail"), "-logs", str(layout.logs / "gateway.log")),
            *("-logtostderr", "-emit_prog_label=false"),
            *("-poll_interval", "1s", "-poll_log_interval", "1s"),  # 250 ms otherwise; it is scraped every 5 s
        ),
        _exporter(
            layout,
            "blackbox-exporter",
            "prometheus-blackbox-exporter",
            f"--config.file={CHECKOUT / 'prometheus' / 'blackbox.yml'}",
            f"--web.listen-address={_address(layout, 'blackbox-exporter')}",
        ),
    )


def prepare(layout: Layout, secrets: Secrets) -> None:
    """The files that they read. mtail reads every program of a folder, so it gets one of its own."""
    write_private(_redis_passwords(layout), redis_passwords(secrets, _address(layout, "redis")))
    write_private(layout.conf / "mtail" / "gateway.mtail", (CHECKOUT / "prometheus" / "gateway.mtail").read_text())


def probes(layout: Layout) -> str:
    """The targets of the job `blackbox`: every address is probed through the one exporter."""
    shop = layout.url("gateway")
    addresses = {
        "shop-http": f"{shop}/health",
        "shop-https": f"https://127.0.0.1:{layout.port('gateway-tls')}/health",
        "shop-pages": f"{shop}/",
        **{name: f"{shop}/health/{name}" for name in BEHIND_GATEWAY},
    }
    return json.dumps(
        [
            {
                "targets": [_address(layout, "blackbox-exporter")],
                "labels": {
                    "__metrics_path__": "/probe",
                    "__param_module": "http",
                    "__param_target": address,
                    "instance": instance,
                },
            }
            for instance, address in addresses.items()
        ],
        indent=2,
    )


def _exporter(layout: Layout, name: str, program: str, *arguments: str, **environment: str) -> Program:
    return Program(
        name=name,
        command=(packages.program(program), *arguments),
        ports=(layout.port(name),),
        ready=readiness.http(f"{layout.url(name)}/metrics"),
        environment={**_SMALL, **environment},
        watch=(layout.conf / "mtail", _redis_passwords(layout), CHECKOUT / "prometheus" / "blackbox.yml"),
        stop_seconds=5,
    )


def _redis_passwords(layout: Layout) -> Path:
    return layout.conf / "redis-exporter.json"


def _address(layout: Layout, name: str) -> str:
    return f"127.0.0.1:{layout.port(name)}"
