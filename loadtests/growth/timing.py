"""How long something takes."""

import statistics
import time
from collections.abc import Awaitable, Callable

__all__ = ["milliseconds"]

_TIMES = 5


async def milliseconds(action: Callable[[], Awaitable[object]]) -> float:
    """The median of some runs, after one that does not count."""
    await action()
    taken = []
    for _ in range(_TIMES):
        began = time.perf_counter()
        await action()
        taken.append((time.perf_counter() - began) * 1000)
    return statistics.median(taken)
