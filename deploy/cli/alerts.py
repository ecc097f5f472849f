"""The alerts that Prometheus says are firing now."""

from __future__ import annotations

import re
from functools import cache

from deploy.cli.prometheus import ask
from deploy.installation.errors import ShopError
from deploy.installation.layout import CHECKOUT, Layout

__all__ = ["firing"]

_TIMEOUT = 3.0  # seconds
_ALERT = re.compile(r"- alert: (\w+)")


def firing(layout: Layout) -> list[str] | None:
    """Their names, each as often as it fires; None when Prometheus does not answer.

    Of ours alone: in a cluster the Prometheus may watch others, too.
    """
    try:
        found = ask(layout, "alerts", {}, timeout=_TIMEOUT)["alerts"]
        names = [one["labels"]["alertname"] for one in found if one["state"] == "firing"]
    except (ShopError, TypeError, KeyError):  # nobody is there, or whoever is there is no Prometheus
        return None
    return sorted(name for name in names if name in _ours())


@cache
def _ours() -> frozenset[str]:
    rules = (CHECKOUT / "prometheus" / "rules").glob("*.yml")
    return frozenset(name for path in rules for name in _ALERT.findall(path.read_text(encoding="utf-8")))
