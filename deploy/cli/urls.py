"""./shop urls"""

from __future__ import annotations

import json

from rich.console import Console

from deploy.containers.stack import Containers
from deploy.native import grafana, rabbitmq
from deploy.native.layout import Layout


def run(layout: Layout, console: Console, *, as_json: bool) -> int:
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
        "jaeger": at("jaeger"),
        "prometheus": at("prometheus"),
        "alertmanager": at("alertmanager"),
        "grafana": at("grafana") if _has_dashboards(layout) else None,
        "rabbitmq": at("rabbitmq-ui"),
    }


def show(layout: Layout, console: Console) -> None:
    in_containers = isinstance(layout, Containers)
    notes = {
        "shop": f"TLS: https://localhost:{layout.port('gateway-tls')}",
        "jaeger": "traces",
        "prometheus": "metrics" if in_containers else "metrics; its pages are below /classic/",
        "rabbitmq": _credentials(layout, rabbitmq.USER, "rabbitmq_password"),
        "grafana": _about_dashboards(layout),
        "alertmanager": "alerts" if in_containers else "alerts; it has an API but no pages: /api/v2/alerts",
    }
    for name, address in collect(layout).items():
        # Whole lines, also in a narrow window: they are there to be copied.
        line = f"  [bold]{name:13}[/]{address or '-':30}[dim]{notes.get(name, '')}[/]"
        console.print(line.rstrip(), soft_wrap=True)


def _has_dashboards(layout: Layout) -> bool:
    return "grafana" in layout.published if isinstance(layout, Containers) else grafana.is_installed()


def _about_dashboards(layout: Layout) -> str:
    if isinstance(layout, Containers):
        return f"dashboards; {_credentials(layout, 'admin', 'grafana_password')}"
    return (
        "dashboards" if _has_dashboards(layout) else "no dashboard page: it needs npm to fetch its chart library"
    )


def _credentials(layout: Layout, user: str, secret: str) -> str:
    try:
        password = (layout.secrets / secret).read_text().strip()
    except OSError:
        return "its password is made by ./shop up"
    return f"user {user}, password {password}"
