"""A burst waits its turn at the door: few requests are at work at a time, so that none of them spends its
timeouts, or its wait for a database connection, on the others.

What came through the gateway waits, first come, first served. A call of another service does not: the request that
it is part of has waited there. Who waits too long, or comes when too many wait, gets 503 and a time to come back.
"""

import asyncio

from starlette.types import ASGIApp, Receive, Scope, Send

from observability.metrics import http_waiting

__all__ = ["AT_ONCE", "Admission"]

AT_ONCE = 16  # requests at work; one needs at most one connection of the database's pool at a time
_WAITING = 1000  # requests that wait
_PATIENCE = 9.0  # seconds; with a statement's 5 s less than the 15 s after which the gateway gives up


class Admission:
    """Wraps an ASGI app. refuse: an ASGI app that answers those who cannot be served now."""

    def __init__(
        self,
        app: ASGIApp,
        refuse: ASGIApp,
        *,
        at_once: int = AT_ONCE,
        waiting: int = _WAITING,
        patience: float | None = None,
    ) -> None:
        self._app = app
        self._refuse = refuse
        self._slots = asyncio.Semaphore(at_once)
        self._most_waiting = waiting
        self._waiting = 0
        self._patience = _PATIENCE if patience is None else patience

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not _from_gateway(scope):
            await self._app(scope, receive, send)
        elif await self._is_admitted():
            try:
                await self._app(scope, receive, send)
            finally:
                self._slots.release()
        else:
            await self._refuse(scope, receive, send)

    async def _is_admitted(self) -> bool:
        if not self._slots.locked():
            return await self._slots.acquire()
        if self._waiting >= self._most_waiting:
            return False
        self._waiting += 1
        with http_waiting.track_inprogress():
            try:
                async with asyncio.timeout(self._patience):
                    return await self._slots.acquire()
            except TimeoutError:
                return False
            finally:
                self._waiting -= 1


def _from_gateway(scope: Scope) -> bool:
    """The gateway sets this header on each request, whatever the client sent."""
    return any(name == b"x-forwarded-for" for name, _ in scope["headers"])
