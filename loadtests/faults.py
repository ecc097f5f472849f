"""Faults that are announced: while one lasts, failing is no failure of the load.

Whoever breaks something beside a load says so in a file; the load reads it when an answer is not as it should be.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

__all__ = ["announced", "explains"]

# No answer, and what gateway and services say when something behind them is missing.
_STATUSES = frozenset({0, 502, 503, 504})
_AFTER = 5.0  # seconds that a breaker may stay open when its fault is over


@contextmanager
def announced(file: Path) -> Iterator[None]:
    """The fault begins and is over inside the block."""
    begin = time.time()
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps([begin, None]), encoding="utf-8")
    try:
        yield
    finally:
        file.write_text(json.dumps([begin, time.time()]), encoding="utf-8")


def explains(file: Path, began: float, status: int) -> bool:
    """Whether the newest fault, with what follows it, overlaps what began then (Unix time), ends now, and was
    answered with `status`."""
    if status not in _STATUSES:
        return False
    try:
        begin, end = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return bool(begin <= time.time() and (end is None or began <= end + _AFTER))
