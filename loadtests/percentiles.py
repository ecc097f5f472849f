"""Percentiles by nearest rank: one of the values, never one between two of them."""

from __future__ import annotations

import math
from collections.abc import Iterable

__all__ = ["percentile"]


def percentile(values: Iterable[float], share: float) -> float:
    """The smallest value that at least this share of all values does not exceed. share: above 0, at most 1."""
    ordered = sorted(values)
    return ordered[math.ceil(len(ordered) * share) - 1]
