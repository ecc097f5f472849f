"""Faults that a client of Redis can cause."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass

from redis.asyncio import Redis
from redis.exceptions import RedisError

from deploy.installation.addresses import StoreUrls
from deploy.operations.drills.place import Place

__all__ = ["Pause"]

_SECONDS = 5.0


@dataclass(frozen=True)
class Pause:
    """Redis answers nobody for so many milliseconds, again and again.

    each: milliseconds from the beginning of one pause to that of the next.
    """

    milliseconds: int
    each: int

    async def begin(self, at: Place) -> None:
        client = Redis.from_url(StoreUrls(at.layout).redis, socket_timeout=_SECONDS)
        at.held.push_async_callback(client.aclose)
        at.held.callback(asyncio.create_task(self._pause(client)).cancel)

    async def _pause(self, client: Redis) -> None:
        clock = asyncio.get_running_loop().time
        due = clock()
        while True:
            with suppress(RedisError):
                await client.client_pause(self.milliseconds)
            due = max(due + self.each / 1000, clock())
            await asyncio.sleep(due - clock())

    async def heal(self, at: Place) -> None:
        """Do nothing: the last pause ends by itself."""
