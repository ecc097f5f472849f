"""A limit of time that spans know of.

Inside of `asyncio.timeout` the end of the time is a cancellation, as when a caller goes away. Traces and metrics
tell the two apart: a server that takes too long has failed, and a caller that goes away says nothing against it.
"""

import asyncio
from contextvars import ContextVar
from types import TracebackType

__all__ = ["TimeLimit", "time_is_up"]

_limits: ContextVar[tuple["TimeLimit", ...]] = ContextVar("limits", default=())


class TimeLimit:
    """`asyncio.timeout(seconds)`: raises TimeoutError. A call inside that it ends is recorded as a failure."""

    __slots__ = ("_around", "_timeout")

    def __init__(self, seconds: float) -> None:
        self._timeout = asyncio.timeout(seconds)

    def expired(self) -> bool:
        """Whether the time has run out."""
        return self._timeout.expired()

    async def __aenter__(self) -> None:
        await self._timeout.__aenter__()
        self._around = _limits.get()
        _limits.set((*self._around, self))

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        _limits.set(self._around)  # not by a token: a generator may be closed in another context
        await self._timeout.__aexit__(kind, error, traceback)


def time_is_up() -> bool:
    """Whether a limit around the current work has run out: then that is why the work is cancelled."""
    return any(limit.expired() for limit in _limits.get())
