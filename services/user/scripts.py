"""Redis as the user service uses it: scripts, with a short timeout, behind a breaker."""

from collections.abc import Sequence
from typing import Any

from redis.exceptions import RedisError

from observability.breaker import Breaker, BreakerOpenError
from observability.redis import ObservedRedis

__all__ = ["RedisDownError", "Scripts"]

_TIMEOUT = 0.3  # seconds for one script; usual is one millisecond


class RedisDownError(Exception):
    """Redis does not answer. What was asked for may have been done all the same."""


class Scripts:
    """Runs Lua scripts: each is atomic."""

    def __init__(self, redis: ObservedRedis) -> None:
        self._redis = redis
        self._breaker = Breaker("redis-sessions", reset=2.0)

    async def run(self, script: str, keys: Sequence[str], *arguments: str | int) -> Any:
        """What the script returns. Raises RedisDownError.

        It is sent whole each time: by its digest alone, the first call after a start of Redis would fail.
        """
        try:
            async with self._breaker.guard(_TIMEOUT):
                return await self._redis.eval(script, len(keys), *keys, *arguments)
        except (RedisError, OSError, TimeoutError, BreakerOpenError) as error:
            raise RedisDownError(repr(error)) from error
