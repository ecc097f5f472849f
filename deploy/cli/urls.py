"""./shop urls"""

from __future__ import annotations

import json
from pathlib import Path

from rich.console import Console
from rich.text import Text

from deploy.containers.stack import Containers
from deploy.installation import broker_rights
from deploy.installation.layout import Layout
from deploy.native import dashboards, jaeger, mongo

ADMIN = "admin@example.com"


def run(layout: Layout, console: Console, *, as_json: bool) -> int:
    """Show where everything answers, and the logins."""
    if as_json:
        print(json.dumps(collect(layout), indent=2))
    else:
        show(layout, console)
    return 0


def collect(layout: Layout) -> dict[str, str | None]:
    """The address of each part; None for what this way of running does not have."""

    def at(name: str) -> str:
        return f"http://localhost:{layout.port(name)}"

    return {
        "shop": at("gateway"),
        "api": f"{at('gateway')}/api",
        "docs": f"{at('gateway')}/api/docs",
        "jaeger": at("jaeger"),
        "prometheus": at("prometheus"),
        "alertmanager": at("alertmanager"),
        "grafana": at("grafana") if _has_dashboards(layout) else None,
        "rabbitmq": at("rabbitmq-ui"),
        "locust": at("locust"),
    }


def show(layout: Layout, console: Console) -> None:
    """Print them, a line each: whole ones, also in a narrow window, since they are there to be copied."""
    notes = _notes(layout)
    for name, address in collect(layout).items():
        _line(console, name, address or "-", notes.get(name, ""))
    _line(console, "admin", ADMIN, _password(layout.secrets / "admin_password"))
    if stand_ins := _stand_ins(layout):
        _line(console, "stand-ins", "", stand_ins)


def _line(console: Console, name: str, what: str, note: str) -> None:
    line = Text.assemble((f"  {name:13}", "bold"), f"{what:34} ", (note, "dim"))
    line.rstrip()
    console.print(line, soft_wrap=True)


def _notes(layout: Layout) -> dict[str, str]:
    in_containers = isinstance(layout, Containers)
    page = (
        "docker compose --profile load up --detach locust"
        if in_containers
        else "while ./shop load mixed --ui runs"
    )
    return {
        "shop": f"the pages; TLS: https://localhost:{layout.port('gateway-tls')}",
        "api": "for programs, with rate limits",
        "docs": "the API's documents",
        "jaeger": "traces",
        "prometheus": "metrics" if in_containers else "metrics; its pages are below /classic/",
        "alertmanager": "alerts" if in_containers else "alerts; no pages here, only an API: /api/v2/alerts",
        "grafana": _about_dashboards(layout),
        "rabbitmq": f"messages; user {broker_rights.ADMIN}, {_password(layout.secrets / 'rabbitmq_password')}",
        "locust": f"loads; {page}",
    }


def _stand_ins(layout: Layout) -> str:
    """What stands in, in a native run, for parts that are not installed."""
    if isinstance(layout, Containers):
        return ""
    parts = {
        "tracebox for Jaeger": jaeger.BINARY is None,
        "a page of our own for Grafana": _has_dashboards(layout),
        "SecantusDB for MongoDB": not mongo.is_installed(),
    }
    return ", ".join(part for part, stands_in in parts.items() if stands_in)


def _has_dashboards(layout: Layout) -> bool:
    return "grafana" in layout.published if isinstance(layout, Containers) else dashboards.is_installed()


def _about_dashboards(layout: Layout) -> str:
    if isinstance(layout, Containers):
        return f"dashboards; user admin, {_password(layout.secrets / 'grafana_password')}"
    return "dashboards" if _has_dashboards(layout) else "no dashboards: npm is needed to fetch their chart library"


def _password(file: Path) -> str:
    try:
        return f"password {file.read_text().strip()}"
    except OSError:
        return "its password is made by ./shop up"
