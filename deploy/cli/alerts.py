"""The alerts that Prometheus says are firing now."""

from __future__ import annotations

import httpx

from deploy.installation.errors import ShopError
from deploy.installation.layout import Layout

__all__ = ["firing"]

_TIMEOUT = 3.0  # seconds


def firing(layout: Layout) -> list[str] | None:
    """Their names, each as often as it fires; None when Prometheus does not answer."""
    try:
        url = f"{layout.url('prometheus')}/api/v1/alerts"
        answer = httpx.get(url, timeout=_TIMEOUT, trust_env=False).raise_for_status().json()
        alerts = answer["data"]["alerts"]
        return sorted(alert["labels"]["alertname"] for alert in alerts if alert["state"] == "firing")
    except (ShopError, httpx.HTTPError, ValueError, KeyError, TypeError):  # in a cluster there may be none
        return None
