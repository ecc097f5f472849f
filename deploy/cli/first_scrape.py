"""Waits until Prometheus has measured everything once: what counters did before that is on no dashboard."""

from __future__ import annotations

import time

import httpx

from deploy.installation.layout import Layout

__all__ = ["wait_for_first_scrape"]

_LIMIT = 15.0  # seconds; targets are scraped every 5 s
_PAUSE = 0.2  # seconds between two questions
_TIMEOUT = 3.0  # seconds


def wait_for_first_scrape(layout: Layout, limit: float = _LIMIT) -> bool:
    """Whether each target was scraped within `limit` seconds. It is no error when one was not."""
    deadline = time.monotonic() + limit
    while not _all_were_scraped(f"http://127.0.0.1:{layout.port('prometheus')}/api/v1/targets?state=active"):
        if time.monotonic() > deadline:
            return False
        time.sleep(_PAUSE)
    return True


def _all_were_scraped(url: str) -> bool:
    try:
        answer = httpx.get(url, timeout=_TIMEOUT, trust_env=False).raise_for_status().json()
        healths = [target["health"] for target in answer["data"]["activeTargets"]]
    except (httpx.HTTPError, ValueError, KeyError, TypeError):
        return False
    return bool(healths) and "unknown" not in healths
