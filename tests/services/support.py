"""Drive a service's app inside the test's process."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TypeVar

import httpx
from fastapi import FastAPI

from tests import problem_types

T = TypeVar("T")


@asynccontextmanager
async def running(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """A client of `app`, which is started by its lifespan and stopped at the end."""
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(
            transport=httpx.ASGITransport(app=app),
            base_url="http://service",
            event_hooks={"response": [problem_types.seen_async]},
        ) as client,
    ):
        yield client


async def until(condition: Callable[[], Awaitable[T | None]], limit: float = 5.0) -> T:
    """The first true result of `condition`. Raises TimeoutError after `limit` seconds."""
    async with asyncio.timeout(limit):
        while not (result := await condition()):  # noqa: ASYNC110 - it comes true in another process
            await asyncio.sleep(0.01)
        return result
