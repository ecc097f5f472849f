"""A cache in Redis that may be absent: open breaker or error means a miss, never a failure.

Keys carry a generation. A write sets a new one after its commit, which makes all older entries unreachable at
once; they leave by their TTL. A reader that computed its value before that stores it under the old generation.
"""

import json
import uuid
from collections.abc import Awaitable, Callable
from typing import Any

from redis.exceptions import RedisError

from observability.breaker import Breaker, BreakerOpenError
from observability.logging import get_logger
from observability.metrics import cache_requests
from observability.redis import MeasuredRedis

__all__ = ["Cache"]

_TIMEOUT = 0.25  # seconds: slower than that, the database is the better choice
_GENERATION_TTL = 86_400  # seconds; longer than any entry lives
_log = get_logger("cache")
_ERRORS = (RedisError, OSError, TimeoutError, BreakerOpenError)


class Cache:
    """JSON values by key in a named cache. ttl: seconds that an entry may be served."""

    def __init__(self, redis: MeasuredRedis, name: str, *, ttl: int) -> None:
        self._redis = redis
        self._name = name
        self._ttl = ttl
        self._breaker = Breaker("redis-cache", reset=2.0)

    async def get_or_load(self, key: str, load: Callable[[], Awaitable[Any]]) -> tuple[Any, bool]:
        """The cached value, or what `load` returns, then kept for `ttl`. Second: whether it was a hit.

        None is returned but not kept.
        """
        place = None
        try:
            async with self._breaker.guard(_TIMEOUT):
                place = f"{self._name}:{await self._generation()}:{key}"
                cached = await self._redis.get(place)
            if cached is not None:
                cache_requests.labels(self._name, "hit").inc()
                return json.loads(cached), True
            cache_requests.labels(self._name, "miss").inc()
        except _ERRORS:
            place = None  # no second try, which would take its time too
            cache_requests.labels(self._name, "error").inc()
        value = await load()
        if place is not None and value is not None:
            await self._quietly(self._redis.set, place, json.dumps(value), ex=self._ttl)
        return value, False

    async def invalidate(self) -> None:
        """Make all entries unreachable. Call it after the commit of a write.

        When Redis does not answer, entries may be served until their TTL ends.
        """
        # One command, so that there is never a generation without a TTL.
        await self._quietly(self._redis.set, self._generation_key, uuid.uuid4().hex, ex=_GENERATION_TTL)

    @property
    def _generation_key(self) -> str:
        return f"{self._name}:generation"

    async def _generation(self) -> str:
        return str(await self._redis.get(self._generation_key) or "0")

    async def _quietly(self, command: Callable[..., Awaitable[Any]], *args: Any, **options: Any) -> None:
        try:
            async with self._breaker.guard(_TIMEOUT):
                await command(*args, **options)
        except _ERRORS as error:
            _log.warning("cache.unavailable", cache=self._name, error=repr(error))
