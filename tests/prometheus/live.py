"""Asks the running Prometheus and Alertmanager."""

from typing import Any

import httpx

from deploy.installation.layout import Layout


def alerts(platform: Layout) -> list[dict[str, Any]]:
    """Pending and firing alerts as Prometheus sees them."""
    answer = httpx.get(f"{platform.url('prometheus')}/api/v1/alerts")
    found: list[dict[str, Any]] = answer.json()["data"]["alerts"]
    return found


def query(platform: Layout, expression: str) -> list[dict[str, Any]]:
    """An instant query's result."""
    answer = httpx.get(f"{platform.url('prometheus')}/api/v1/query", params={"query": expression})
    found: list[dict[str, Any]] = answer.json()["data"]["result"]
    return found
