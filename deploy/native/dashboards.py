"""Dashboards: the dashboard page, which stands in for Grafana. Its chart library comes from npm."""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

from deploy.installation import readiness
from deploy.installation.errors import ShopError
from deploy.installation.layout import CHECKOUT, Layout
from deploy.native import node
from deploy.native.programs import Program

PAGE = CHECKOUT / "grafana" / "page"
# What dashboards lead to (grafana/board.py): the port and the path. Debian's Prometheus has only the old pages.
_LINKED = {
    "shop": ("gateway", ""),
    "jaeger": ("jaeger", ""),
    "rabbitmq": ("rabbitmq-ui", ""),
    "prometheus": ("prometheus", "/classic"),
}
_CHARTS = PAGE / "node_modules" / "uplot" / "dist" / "uPlot.esm.js"


def is_installed() -> bool:
    """Whether the page can be drawn."""
    return _CHARTS.is_file()


def install(log: Path) -> str | None:
    """Fetch the chart library; says why that was not possible. The dashboards are not worth failing for."""
    npm = node.find()
    if npm is None:
        return "there is no Node"
    # In a folder of its own and then moved: another ./shop may be doing the same.
    with tempfile.TemporaryDirectory(dir=PAGE, prefix=".install-") as name:
        for file in ("package.json", "package-lock.json"):
            shutil.copy(PAGE / file, name)
        try:
            npm.run(["ci", "--ignore-scripts", "--no-audit", "--no-fund"], Path(name), log)
        except ShopError:
            return f"npm failed, see {log}"
        try:
            (Path(name) / "node_modules").rename(PAGE / "node_modules")
        except OSError:
            if not is_installed():
                return f"{PAGE / 'node_modules'} is in the way"
    return None


def programs(layout: Layout) -> tuple[Program, ...]:
    """The page, when its chart library is there."""
    if not is_installed():
        return ()
    page = Program(
        name="grafana",
        command=(sys.executable, "-m", "grafana.page"),
        ports=(layout.port("grafana"),),
        ready=readiness.http(f"{layout.url('grafana')}/health"),
        environment={
            "HOST": "127.0.0.1",
            "PORT": str(layout.port("grafana")),
            "PROMETHEUS_URL": layout.url("prometheus"),
            "ADDRESSES": " ".join(
                f"{name}=http://localhost:{layout.port(port)}{path}" for name, (port, path) in _LINKED.items()
            ),
            "PYTHONUNBUFFERED": "1",
        },
        directory=CHECKOUT,
        watch=(
            PAGE / "server.py",
            PAGE / "files.py",
            PAGE / "settings.py",
            PAGE / "__main__.py",
            CHECKOUT / "grafana" / "colours.toml",
            CHECKOUT / "observability",
        ),
    )
    return (page,)
