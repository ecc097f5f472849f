"""Somebody guesses passwords, faster than one address may."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass

import httpx

from deploy.operations.drills.place import Place

__all__ = ["Flood"]

_ADDRESS = "127.99.99.99"  # of the one who floods: limits are by address, so nobody else is held back
_AT_ONCE = 10  # those that the gateway lets in take a while
_GUESS = {"email": "nobody@example.com", "password": "a wrong password"}


@dataclass(frozen=True)
class Flood:
    """Tries to log in many times a second, from one address, to an account that does not exist."""

    each_second: int

    async def begin(self, at: Place) -> None:
        client = httpx.AsyncClient(
            base_url=at.layout.url("gateway"),
            transport=httpx.AsyncHTTPTransport(local_address=_ADDRESS),
            trust_env=False,
        )
        await at.held.enter_async_context(client)
        for _ in range(_AT_ONCE):
            task = asyncio.create_task(self._send(client))
            at.held.callback(task.cancel)

    async def _send(self, client: httpx.AsyncClient) -> None:
        clock = asyncio.get_running_loop().time
        due = clock()
        while True:
            with suppress(httpx.HTTPError):
                await client.post("/api/users/login", json=_GUESS)
            due = max(due + _AT_ONCE / self.each_second, clock() - 1)
            await asyncio.sleep(max(0.0, due - clock()))

    async def heal(self, at: Place) -> None:
        """Do nothing: the requests ended with the process."""
