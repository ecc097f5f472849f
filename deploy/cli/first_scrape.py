"""Waits until Prometheus has measured everything once: what counters did before that is on no dashboard."""

from __future__ import annotations

import time

import httpx
from rich.console import Console

from deploy.installation.errors import ShopError
from deploy.installation.layout import Layout
from deploy.installation.progress import step

__all__ = ["wait_for_first_scrape"]

_LIMIT = 15.0  # seconds; Prometheus finds its targets after 5 s, and scrapes each within 5 s
_PAUSE = 0.2  # seconds between two questions
_TIMEOUT = 3.0  # seconds


def wait_for_first_scrape(layout: Layout, console: Console, limit: float = _LIMIT) -> bool:
    """Whether each target was scraped within `limit` seconds; False at once when Prometheus does not answer.

    A platform that is not measured still runs: False is no error.
    """
    try:
        url = f"{layout.url('prometheus')}/api/v1/targets?state=active"
        if _all_were_scraped(url):
            return True
        deadline = time.monotonic() + limit
        with step(console, "Waiting until Prometheus has measured everything once"):
            while not (done := _all_were_scraped(url)) and time.monotonic() < deadline:
                time.sleep(_PAUSE)
        return done
    except (ShopError, httpx.HTTPError):  # in a cluster there may be none
        return False


def _all_were_scraped(url: str) -> bool:
    answer = httpx.get(url, timeout=_TIMEOUT, trust_env=False).raise_for_status()
    try:
        healths = [target["health"] for target in answer.json()["data"]["activeTargets"]]
    except (ValueError, KeyError, TypeError):
        return False
    return bool(healths) and "unknown" not in healths
