"""Waiting for a condition."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")
LIMIT = 30.0  # seconds within which whatever is waited for must happen; machines may be busy


def wait_for(what: str, get: Callable[[], T], good: Callable[[T], object] = bool, limit: float = LIMIT) -> T:
    """Ask until the answer is good; fail with the last one when time runs out."""
    deadline = time.monotonic() + limit
    while True:
        value = get()
        if good(value):
            return value
        assert time.monotonic() < deadline, f"waited {limit:.0f} s for {what}; at last: {value!r}"
        time.sleep(0.05)
