"""Waits until Prometheus has measured everything once: what counters did before that is on no dashboard."""

from __future__ import annotations

import time

from rich.console import Console

from deploy.cli.prometheus import ask
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
        if _all_were_scraped(layout):
            return True
        deadline = time.monotonic() + limit
        with step(console, "Waiting until Prometheus has measured everything once"):
            while not (done := _all_were_scraped(layout)) and time.monotonic() < deadline:
                time.sleep(_PAUSE)
        return done
    except (ShopError, TypeError, KeyError):  # nobody is there, or whoever is there is no Prometheus
        return False


def _all_were_scraped(layout: Layout) -> bool:
    targets = ask(layout, "targets", {"state": "active"}, timeout=_TIMEOUT)["activeTargets"]
    healths = [target["health"] for target in targets]
    return bool(healths) and "unknown" not in healths
