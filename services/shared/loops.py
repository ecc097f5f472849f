"""A loop that looks every so often, and at once when somebody says that there is something to do."""

import asyncio
from collections.abc import Awaitable, Callable

from observability.spans import untraced

__all__ = ["Loop", "rest", "sweep"]

_BETWEEN_SWEEPS = 600.0  # seconds


class Loop:
    """Calls a function for ever. interval: seconds between two calls when nobody wakes it."""

    def __init__(self, interval: float) -> None:
        self._interval = interval
        self._woken = asyncio.Event()

    def wake(self) -> None:
        """Call the function without waiting; while it is at work, once more after that."""
        self._woken.set()

    async def run(self, look: Callable[[], Awaitable[float | None]]) -> None:
        """Call `look` for ever. It returns the seconds to wait when they are others than `interval`.

        What `look` raises ends the loop.
        """
        call_later = asyncio.get_running_loop().call_later
        while True:
            self._woken.clear()
            wait = await look()
            _check()
            timer = call_later(self._interval if wait is None else wait, self.wake)
            try:
                await self._woken.wait()
            finally:
                timer.cancel()


async def sweep(batch: int, *steps: Callable[[], Awaitable[int]]) -> None:
    """Call each step until it has done less than `batch`, then rest for ten minutes; for ever.

    A step says how much it has done. What it raises ends the loop.
    """
    while True:
        with untraced():
            for step in steps:
                while await step() == batch:
                    _check()
        await rest(_BETWEEN_SWEEPS)


async def rest(seconds: float) -> None:
    """Sleep between two rounds of work. Raises CancelledError also when the work has lost the cancellation."""
    _check()
    await asyncio.sleep(seconds)


def _check() -> None:
    """Raise the cancellation that a library may have lost."""
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError
