"""Drive a service's app inside the test's process."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, TypeVar

import httpx
import uvicorn
from fastapi import FastAPI

from services.shared.protocol import ProblemProtocol
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


@asynccontextmanager
async def listening(app: Any, make: Callable[..., uvicorn.Server] | None = None) -> AsyncIterator[int]:
    """The port where uvicorn serves `app` as ours are served, on sockets; its lifespan is left out.

    make: makes the server of a configuration and the app.
    """
    config = uvicorn.Config(app, port=0, http=ProblemProtocol, lifespan="off", log_config=None, access_log=False)
    server = make(config, app) if make else uvicorn.Server(config)
    config.load()
    server.lifespan = config.lifespan_class(config)
    await server.startup()
    try:
        yield server.servers[0].sockets[0].getsockname()[1]
    finally:
        await server.shutdown()


async def until(condition: Callable[[], Awaitable[T | None]], limit: float = 5.0) -> T:
    """The first true result of `condition`. Raises TimeoutError after `limit` seconds."""
    async with asyncio.timeout(limit):
        while not (result := await condition()):  # noqa: ASYNC110 - it comes true in another process
            await asyncio.sleep(0.01)
        return result
