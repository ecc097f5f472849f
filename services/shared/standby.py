"""Requests that wait for news: one request in place of many that ask again and again.

A waiting request holds neither a place among the requests at work nor a connection to the database. So many may
wait, each account a few. One more is answered at once, as if it had not asked to wait. A client asks by
`Prefer: wait=<seconds>` (RFC 7240), and `Preference-Applied` says that it was heard.
"""

import asyncio
import re
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Annotated

from fastapi import Header, Request, Response
from pydantic import AfterValidator, WithJsonSchema
from starlette.requests import ClientDisconnect

from observability.middleware import note_wait
from services.shared.admission import Place
from services.shared.etag import has, respond

__all__ = ["LONGEST", "Prefer", "Standby", "answer"]

LONGEST = 9.0  # seconds from a request's arrival; with a statement's 5 s less than the gateway's patience of 15 s
_IN_ALL = 500
_PER_CALLER = 8
_PREFERENCE = re.compile(r'(?:"[^"]*"|[^",])+')  # a comma within quotes parts nothing


def _wait_of(lines: list[str]) -> list[str]:
    """Raises ValueError for a `wait` that is no number of seconds; other preferences may be ignored."""
    _seconds(lines)
    return lines


def _seconds(lines: list[str]) -> int | None:
    for preference in _PREFERENCE.findall(",".join(lines)):
        name, _, value = preference.partition(";")[0].partition("=")
        if name.strip().lower() == "wait":
            value = value.strip().strip('"')
            if not (value.isascii() and value.isdigit() and len(value) <= 6):
                raise ValueError("wait must be a whole number of seconds")
            return int(value)
    return None


Prefer = Annotated[
    list[str] | None,
    WithJsonSchema({"type": "string"}),
    Header(description=f"`wait=9`: answer when it has changed, or after so many seconds, {LONGEST:.0f} at most"),
    AfterValidator(lambda given: None if given is None else _wait_of(given)),
]
"""The lines of the header, which are one list. In it `wait` is a number of seconds."""


class _Watch:
    """One request that waits. news: it is set when there may be some. waited: seconds."""

    def __init__(self) -> None:
        self.news = asyncio.Event()
        self.is_over = False
        self.waited = 0.0


class Standby:
    """Who waits for which thing. It lets nobody wait until `begin` is called, nor after `end`."""

    def __init__(self) -> None:
        self._callers: Counter[str] = Counter()
        self._watches: dict[str, set[_Watch]] = {}
        self._is_open = False

    def begin(self) -> None:
        """Let requests wait: from now on `wake` is called for all news."""
        self._is_open = True

    def end(self) -> None:
        """Answer all who wait: there may be news that nobody tells of, or the process ends."""
        self._is_open = False
        for watches in self._watches.values():
            for watch in watches:
                watch.is_over = True
                watch.news.set()

    def wake(self, thing: str) -> None:
        """Tell all who wait for this thing that there may be news of it."""
        for watch in self._watches.get(thing, ()):
            watch.news.set()

    @contextmanager
    def watch(self, thing: str, caller: str) -> Iterator[_Watch | None]:
        """Be woken by news of `thing`; None when so many wait already."""
        if not self._is_open or self._callers.total() >= _IN_ALL or self._callers[caller] >= _PER_CALLER:
            yield None
            return
        watch = _Watch()
        self._watches.setdefault(thing, set()).add(watch)
        self._callers[caller] += 1
        try:
            yield watch
        finally:
            self._callers[caller] -= 1
            if not self._callers[caller]:
                del self._callers[caller]
            self._watches[thing].discard(watch)
            if not self._watches[thing]:
                del self._watches[thing]


async def answer(
    request: Request,
    standby: Standby,
    read: Callable[[], Awaitable[bytes]],
    *,
    thing: str,
    caller: str,
    prefer: list[str] | None,
) -> Response:
    """What `read` returns, as soon as it is not what the client has, or when the time is over.

    read: gives an answer as etag.py makes it. thing: what `wake` will be called with. caller: who waits.
    """
    seconds = _seconds(prefer) if prefer else None
    if seconds is None or not request.headers.get("if-none-match"):
        return respond(request, await read())
    with standby.watch(thing, caller) as watch:  # before the first look, so that no news is missed
        stored = await read()
        now = time.monotonic()
        place: Place | None = request.scope.get("place")
        latest = (place.arrived if place else now) + LONGEST
        if watch is None or not has(request, stored) or latest <= now:
            return respond(request, stored)
        try:
            stored = await _wait(request, watch, read, stored, min(now + seconds, latest))
        finally:
            note_wait(request.scope, watch.waited)
    response = respond(request, stored)
    response.headers["Preference-Applied"] = f"wait={min(seconds, round(LONGEST))}"
    return response


async def _wait(
    request: Request, watch: _Watch, read: Callable[[], Awaitable[bytes]], stored: bytes, until: float
) -> bytes:
    place: Place | None = request.scope.get("place")
    gone = asyncio.create_task(_gone(request))
    try:
        while has(request, stored) and not watch.is_over and await _is_called(watch, gone, place, until):
            watch.news.clear()
            stored = await read()
    finally:
        gone.cancel()
    return stored


async def _is_called(watch: _Watch, gone: asyncio.Task[None], place: Place | None, until: float) -> bool:
    """Wait without a place, and take one again; False when the time is over before that."""
    began = time.monotonic()
    if place is not None:
        place.leave()
    woken = asyncio.create_task(watch.news.wait())
    try:
        async with asyncio.timeout(until - began):
            await asyncio.wait({woken, gone}, return_when=asyncio.FIRST_COMPLETED)
            if gone.done():
                raise ClientDisconnect
            if place is not None:
                await place.enter()
    except TimeoutError:
        return False
    finally:
        woken.cancel()
        watch.waited += time.monotonic() - began
    return True


async def _gone(request: Request) -> None:
    """Returns when the client has gone away."""
    while (await request.receive())["type"] != "http.disconnect":
        pass
