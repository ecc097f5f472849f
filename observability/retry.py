"""Retries for idempotent calls: a few, with full jitter, and within a budget.

The budget keeps retries from multiplying an outage: each first attempt earns a fraction of a retry, and when
the earnings are spent, failures go straight to the caller (as in Finagle's and gRPC's retry throttling).
"""

import asyncio
import random
from collections.abc import Awaitable, Callable
from typing import TypeVar

from observability.metrics import retries

__all__ = ["Retry"]

T = TypeVar("T")


class Retry:
    """A policy for one kind of call, with its budget.

    attempts: in all. base: the longest first wait, in seconds; the next is twice as long, but never over `cap`.
    ratio: retries that a call earns, at most `reserve`.
    """

    def __init__(
        self,
        call: str,
        *,
        attempts: int = 3,
        base: float = 0.1,
        cap: float = 1.0,
        ratio: float = 0.2,
        reserve: float = 10.0,
    ) -> None:
        self._call = call
        self._attempts = attempts
        self._base = base
        self._cap = cap
        self._ratio = ratio
        self._reserve = reserve
        self._budget = reserve
        retries.labels(call)  # there from the start, so that increase() sees the first

    async def run(self, function: Callable[[], Awaitable[T]], retriable: Callable[[Exception], bool]) -> T:
        """The result of the first attempt that succeeds, or the last failure."""
        self._budget = min(self._reserve, self._budget + self._ratio)
        attempt = 1
        while True:
            try:
                return await function()
            except Exception as error:
                if attempt >= self._attempts or self._budget < 1 or not retriable(error):
                    raise
            self._budget -= 1
            retries.labels(self._call).inc()
            # Jitter spreads load; it protects nothing secret.
            await asyncio.sleep(random.uniform(0, min(self._cap, self._base * 2 ** (attempt - 1))))  # noqa: S311
            attempt += 1
