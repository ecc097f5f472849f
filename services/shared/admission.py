"""A burst waits its turn at the door: few requests are at work at a time, so that none of them spends its
timeouts, or its wait for a database connection, on the others.

What came through the gateway waits, first come, first served; but at most half of those at work have the same
token. So a burst of one account, whose orders are placed one after another, does not hold up everybody else. A
call of another service does not wait: the request that it is part of has waited there. Who waits too long, or
comes when too many wait, gets 503 and a time to come back. When requests at work take long, waiting is shorter:
otherwise the gateway would give up on requests that are being served, and nobody would know what became of them.

The age of a request that arrives is the difference of two clocks. Requests of a backlog have many ages. When all
that arrive within a second are old by the same time, the clocks differ, and that much counts as no age.
"""

import asyncio
import time
from collections.abc import Awaitable
from weakref import WeakValueDictionary

from starlette.types import ASGIApp, Receive, Scope, Send

from observability.logging import get_logger
from observability.metrics import http_waiting

__all__ = ["AT_ONCE", "Admission", "Place"]

AT_ONCE = 16  # requests at work; one needs at most one connection of the database's pool at a time
_WAITING = 1000  # requests that wait
_PATIENCE = 9.0  # seconds; with a statement's 5 s less than the 15 s after which the gateway gives up
_ANSWERED = 14.0  # seconds in which a request must have waited and been served
_LEAST = 1.0  # seconds that a request may have waited, however long others take
_FADES = 0.98  # of the longest time at work, with each request that is done
_DOUBT = 1.0  # seconds in which all that arrived were old by the same time, after which it is the clocks
_NEAR = 2.0  # seconds by which clocks may differ; a request that another replica did not take comes after 1
_SAME = 0.1  # seconds by which ages may differ that are the same
_log = get_logger("admission")


class Place:
    """The place of one request among those at work. It may be left for a while, and taken again.

    arrived: when the gateway sent the request, by the monotonic clock. worked: seconds for which it had its place.
    """

    def __init__(self, slots: asyncio.Semaphore, share: asyncio.Semaphore, age: float = 0.0) -> None:
        self.arrived = time.monotonic() - age
        self.worked = 0.0
        self._slots = slots
        self._share = share
        self._is_taken = False
        self._since = 0.0

    @property
    def is_free(self) -> bool:
        """Whether nobody has to wait for it."""
        return not self._share.locked() and not self._slots.locked()

    async def enter(self) -> None:
        """Wait for one's turn."""
        await self._share.acquire()
        try:
            await self._slots.acquire()
        except BaseException:  # the time is over, or the client went away
            self._share.release()
            raise
        self._is_taken = True
        self._since = time.monotonic()

    def leave(self) -> None:
        """Let the next one come."""
        if self._is_taken:
            self._is_taken = False
            self.worked += time.monotonic() - self._since
            self._slots.release()
            self._share.release()


class Admission:
    """Wraps an ASGI app. refuse: an ASGI app that answers those who cannot be served now.

    at_once: requests at work. waiting: requests that wait, at most. patience: seconds that one waits, at most.

    The proxy in front must set `X-Forwarded-For` on each request, and drop what the client sent; a request without
    it passes as a call of another service. It should set `X-Request-Start: t=<seconds since 1970>`, which Nginx
    knows as `$msec`; without it, the time that a request spends in sockets does not count.
    """

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
        self._share = max(1, at_once // 2)
        self._shares: WeakValueDictionary[bytes, asyncio.Semaphore] = WeakValueDictionary()
        self._without_token = asyncio.Semaphore(at_once)  # nobody is known, so nobody is held back
        self._most_waiting = waiting
        self._waiting = 0
        self._patience = _PATIENCE if patience is None else patience
        self._longest = 0.0  # seconds that a request was at work lately
        self._behind = 0.0  # seconds that the gateway's clock is behind ours, where that was found out
        self._suspect: tuple[float, float] | None = None  # when a request was old, and its age: all since then

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        """Hand on at once what does not wait here."""
        if scope["type"] != "http" or not _from_gateway(scope):
            return self._app(scope, receive, send)
        return self._in_turn(scope, receive, send)

    async def _in_turn(self, scope: Scope, receive: Receive, send: Send) -> None:
        place = Place(self._slots, self._share_of(scope), self._age(scope))
        if await self._is_admitted(place):
            scope["place"] = place
            try:
                await self._app(scope, receive, send)
            finally:
                place.leave()
                self._longest = max(place.worked, self._longest * _FADES)
        else:
            await self._refuse(scope, receive, send)

    def _share_of(self, scope: Scope) -> asyncio.Semaphore:
        """What the caller's requests at work are counted by. It is kept for as long as one of them is here.

        That is the token without its scheme, which may be written in many ways.
        """
        for name, value in scope["headers"]:
            if name == b"authorization":
                return self._shares.setdefault(value.rpartition(b" ")[2], asyncio.Semaphore(self._share))
        return self._without_token

    def _age(self, scope: Scope) -> float:
        """The seconds since the gateway sent the request: they pass in sockets, when there is too much to do.

        Clocks of two machines differ by some milliseconds, which is little beside what this is for.
        """
        sent = _sent(scope)
        if sent is None:
            return 0.0
        age = max(0.0, time.time() - sent)
        if self._behind:
            self._behind = min(self._behind, age)  # the clock was set, or the difference was taken for too large
        age -= self._behind
        return 0.0 if self._doubts(age) else age

    async def _is_admitted(self, place: Place) -> bool:
        if place.is_free:
            await place.enter()
        elif self._waiting >= self._most_waiting or not await self._waits(place):
            return False
        if time.monotonic() - place.arrived <= self._oldest:
            return True
        place.leave()
        return False

    @property
    def _oldest(self) -> float:
        """The seconds since the gateway sent a request after which it is not begun."""
        return max(_LEAST, _ANSWERED - self._longest)

    def _doubts(self, age: float) -> bool:
        """Whether a request that arrives seems old because the clocks differ."""
        now = time.monotonic()
        if age <= _NEAR:
            self._suspect = None
        elif self._suspect is None or abs(age - self._suspect[1]) > _SAME:
            self._suspect = now, age
        elif now - self._suspect[0] >= _DOUBT:
            self._suspect = None
            self._behind += age
            _log.warning("clocks.differ", behind_ms=round(self._behind * 1000))
            return True
        return False

    async def _waits(self, place: Place) -> bool:
        """Whether its turn came before its patience ended."""
        self._waiting += 1
        with http_waiting.track_inprogress():
            try:
                async with asyncio.timeout(self._patience - (time.monotonic() - place.arrived)):
                    await place.enter()
                return True
            except TimeoutError:
                return False
            finally:
                self._waiting -= 1


def _sent(scope: Scope) -> float | None:
    """When the gateway sent the request, by its clock."""
    for name, value in scope["headers"]:
        if name == b"x-request-start":
            try:
                return float(value.removeprefix(b"t="))
            except ValueError:
                break
    return None


def _from_gateway(scope: Scope) -> bool:
    """The gateway sets this header on each request, whatever the client sent."""
    for name, _ in scope["headers"]:  # noqa: SIM110 - every request comes by here, and a generator costs more
        if name == b"x-forwarded-for":
            return True
    return False
