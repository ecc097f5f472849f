"""The alerts that Prometheus says are firing now."""

from __future__ import annotations

import httpx

from deploy.installation.layout import Layout

__all__ = ["firing"]

_TIMEOUT = 3.0  # seconds


def firing(layout: Layout) -> list[str] | None:
    """Their names, each as often as it fires; None when Prometheus does not answer."""
    url = f"http://127.0.0.1:{layout.port('prometheus')}/api/v1/alerts"
    try:
        answer = httpx.get(url, timeout=_TIMEOUT, trust_env=False).raise_for_status().json()
        alerts = answer["data"]["alerts"]
        return sorted(alert["labels"]["alertname"] for alert in alerts if alert["state"] == "firing")
    except (httpx.HTTPError, ValueError, KeyError, TypeError):
        return None
