"""The server that is looked after once a second."""

import asyncio

import uvicorn
from starlette.applications import Starlette

from jaeger.tracebox.__main__ import Server


async def test_it_ends_at_once() -> None:
    """It is not the next second that ends it."""
    server = Server(uvicorn.Config(Starlette()))
    serving = asyncio.create_task(server.main_loop())
    await asyncio.sleep(0)
    assert not serving.done()
    server.end()
    for _ in range(3):
        await asyncio.sleep(0)
    assert serving.done()
