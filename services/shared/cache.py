"""A cache in Redis that may be absent: open breaker or error means a miss, never a failure.

Entries say of which generation they are. A write sets a new generation after its commit, so that no entry from
before is served any more; they leave by their TTL. A reader that computed its value before that stores it with the
old generation. One command asks for the generation and for the entries of all readers who come in the same turn
of the event loop: the client spends as much on a command as FastAPI on a request.

Sessions are in the same Redis. When it is full, it looks at a few keys and throws out the one that ends soonest,
which may be a session. Clients choose the keys of entries (words, prices, cursors), and could fill it. So each
process stores only so much within the life of an entry.
"""

import asyncio
import time
import uuid
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from opentelemetry import trace
from redis.exceptions import RedisError

from observability.breaker import Breaker, BreakerOpenError
from observability.logging import get_logger
from observability.metrics import cache_requests
from observability.redis import ObservedRedis
from observability.spans import annotate
from services.shared.flags import flags

__all__ = ["Cache"]

_TIMEOUT = 0.25  # seconds: slower than that, the database is the better choice
_ROOM = 2 * 2**20  # bytes; at most twice as many of each of 8 replicas are there at a time, of the 128 MB of Redis
_BESIDE = 500  # bytes that an entry needs beside its value: a key, a stamp, and what Redis keeps of each
_GENERATION_TTL = 86_400  # seconds; longer than any entry lives
_log = get_logger("cache")
_ERRORS = (RedisError, OSError, TimeoutError, BreakerOpenError)
Load = Callable[[], Awaitable[bytes]]


class Cache:
    """Bytes by key in a named cache. ttl: seconds that an entry may be served. room: bytes stored within `ttl`.

    Without Redis each reader loads for itself: only a generation tells whether two may share what one has loaded.
    """

    def __init__(self, redis: ObservedRedis, name: str, *, ttl: int, room: int = _ROOM) -> None:
        self._redis = redis
        self._name = name
        self._ttl = ttl
        self._room = self._left = room
        self._room_again = 0.0  # when there is room again, by the monotonic clock
        self._generation_key = f"{name}:generation"
        self._breaker = Breaker("redis-cache", reset=2.0)
        self._asking: _Asking | None = None
        self._loading: dict[tuple[bytes, str], asyncio.Task[bytes]] = {}
        self._hits, self._misses, self._errors = (
            cache_requests.labels(name, outcome) for outcome in ("hit", "miss", "error")
        )

    async def get_or_load(self, key: str, load: Load) -> tuple[bytes, bool]:
        """The cached value, or what `load` returns, then kept for `ttl`. Second: whether it was a hit.

        Those who miss the same entry at the same time get what one call of `load` returns, or raises.
        """
        place = f"{self._name}:{key}"
        try:
            generation, entry = await self._look_up(place)
        except _ERRORS:
            self._errors.inc()
            return await load(), False  # Redis is not tried a second time, which would take its time too
        if flags.are_on and flags.value("cache-misses", cache=self._name):
            entry = None
        stamp = (generation or b"0") + b"\n"
        if entry is not None and entry.startswith(stamp):
            self._hits.inc()
            return entry[len(stamp) :], True
        self._misses.inc()
        return await self._load_once(place, stamp, load), False

    async def invalidate(self) -> None:
        """Let no entry of before be served. Call it after the commit of a write.

        When Redis does not answer, entries may be served until their TTL ends.
        """
        # One command, so that there is never a generation without a TTL.
        await self._quietly(self._redis.set, self._generation_key, uuid.uuid4().hex, ex=_GENERATION_TTL)

    async def _look_up(self, place: str) -> tuple[bytes | None, bytes | None]:
        """The generation and the entry, as they are in Redis after this call began."""
        asking = self._asking
        if asking is None:
            asking = self._asking = _Asking()
            asking.answer = asyncio.create_task(self._ask(asking))
            asking.answer.add_done_callback(_heard)
        elif asking.trace_id != _trace_id():  # no link: that is for traces of the same matter
            annotate(cache_trace_id=trace.format_trace_id(asking.trace_id))
        number = asking.places.setdefault(place, len(asking.places) + 1)
        found = await asyncio.shield(asking.answer)
        return found[0], found[number]

    async def _ask(self, asking: "_Asking") -> list[bytes | None]:
        """It begins in the next turn of the loop; whoever comes after that asks anew."""
        self._asking = None
        async with self._breaker.guard(_TIMEOUT):
            found: list[bytes | None] = await self._redis.execute_command(
                "MGET", self._generation_key, *asking.places, NEVER_DECODE=True
            )
        return found

    async def _load_once(self, place: str, stamp: bytes, load: Load) -> bytes:
        """A load that began before a write is not shared with those who come after it: they have another stamp.

        It is a task of its own, because the others wait for it even when the client that began it goes away.
        """
        loading = self._loading.get((stamp, place))
        if loading is None:
            loading = self._loading[stamp, place] = asyncio.create_task(self._load(place, stamp, load))
            loading.add_done_callback(partial(self._loaded, (stamp, place)))
        return await asyncio.shield(loading)

    async def _load(self, place: str, stamp: bytes, load: Load) -> bytes:
        value = await load()
        if self._has_room(len(value)):
            await self._quietly(self._redis.set, place, stamp + value, ex=self._ttl)
        return value

    def _has_room(self, size: int) -> bool:
        """Whether an entry may be stored; then it has taken its room."""
        now = time.monotonic()
        if now >= self._room_again:
            self._left, self._room_again = self._room, now + self._ttl
        had = self._left
        self._left -= size + _BESIDE
        if had >= 0 > self._left:
            _log.warning("cache.full", cache=self._name)
        return self._left >= 0

    def _loaded(self, which: tuple[bytes, str], task: asyncio.Task[bytes]) -> None:
        del self._loading[which]
        _heard(task)

    async def _quietly(self, command: Callable[..., Awaitable[Any]], *args: Any, **options: Any) -> None:
        try:
            async with self._breaker.guard(_TIMEOUT):
                await command(*args, **options)
        except _ERRORS as error:
            _log.warning("cache.unavailable", cache=self._name, error=repr(error))


class _Asking:
    """Readers whose entries one command asks for: each place with its number in the answer."""

    def __init__(self) -> None:
        self.places: dict[str, int] = {}
        self.trace_id = _trace_id()  # of the reader who came first: it has the command
        self.answer: asyncio.Task[list[bytes | None]]


def _trace_id() -> int:
    """That of the current trace; 0 outside of one."""
    return trace.get_current_span().get_span_context().trace_id


def _heard(task: asyncio.Task[Any]) -> None:
    """Whoever still waits raises the task's error; asyncio need not complain when nobody does."""
    if not task.cancelled():
        task.exception()
