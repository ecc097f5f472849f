"""The pages that a lesson leads to, at the addresses of this installation."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from urllib.parse import quote

from deploy.cli import urls
from deploy.operations.installation import Installation

__all__ = ["PAGES", "address"]

# By the name in a lesson's file: the part of ./shop urls, and the path there. `to` says which one.
PAGES: Mapping[str, tuple[str, Callable[[str, Mapping[str, str]], str]]] = {
    "shop": ("shop", lambda to, _: f"/{to}"),
    "dashboard": ("grafana", lambda to, _: f"/d/glasshouse-{to}"),
    "traces": ("jaeger", lambda to, _: f"/search{to}"),
    "query": ("prometheus", lambda to, pages: f"{pages['query']}{quote(to, safe='')}"),
    "alerts": ("grafana", lambda _, pages: pages["alerts"]),
    "queue": ("rabbitmq", lambda to, _: f"/#/queues/shop/{to}" if to else "/#/queues"),
    "runbook": ("grafana", lambda to, _: f"/public/docs/runbooks.html#{to}"),
}


def address(installation: Installation, at: str, to: str) -> str | None:
    """Where the page is; None where this way of running does not have it."""
    part, path = PAGES[at]
    base = urls.collect(installation)[part]
    return base and base + path(to, installation.pages())
