"""The console: what Grafana and Jaeger show, where they are not. `deploy/native/frontend.py` builds its pages."""

from __future__ import annotations

import sys

from deploy.installation import readiness
from deploy.installation.layout import CHECKOUT, Layout
from deploy.native.programs import Program

# What dashboards lead to (grafana/board.py): the port and the path. Debian's Prometheus has only the old pages.
_LINKED = {
    "shop": ("gateway", ""),
    "rabbitmq": ("rabbitmq-ui", ""),
    "prometheus": ("prometheus", "/classic"),
}


def program(layout: Layout) -> Program:
    """The server of the console's pages, at the port that Grafana has in containers."""
    return Program(
        name="console",
        command=(sys.executable, "-m", "console"),
        ports=(layout.port("grafana"),),
        ready=readiness.http(f"{layout.url('grafana')}/health"),
        environment={
            "HOST": "127.0.0.1",
            "PORT": str(layout.port("grafana")),
            "PROMETHEUS_URL": layout.url("prometheus"),
            "ALERTMANAGER_URL": layout.url("alertmanager"),
            "TRACES_URL": layout.url("jaeger"),
            "LOGS": str(layout.logs),
            "ADDRESSES": " ".join(
                f"{name}=http://localhost:{layout.port(port)}{path}" for name, (port, path) in _LINKED.items()
            ),
            "PYTHONUNBUFFERED": "1",
        },
        directory=CHECKOUT,
        watch=(CHECKOUT / "console", CHECKOUT / "grafana" / "colours.toml", CHECKOUT / "observability"),
    )
