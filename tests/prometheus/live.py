"""Asks the running Prometheus and Alertmanager."""

from typing import Any

import httpx

from deploy.installation.layout import Layout


def firing(platform: Layout) -> set[tuple[str, str]]:
    """(name, service) of the alerts in Alertmanager that nothing else explains."""
    answer = httpx.get(f"{platform.url('alertmanager')}/api/v2/alerts", params={"inhibited": "false"})
    return {(alert["labels"]["alertname"], alert["labels"].get("service", "")) for alert in answer.json()}


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
