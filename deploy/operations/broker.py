"""How an operator connects to RabbitMQ."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aio_pika
from aio_pika.abc import AbstractChannel, AbstractConnection

__all__ = ["SECONDS", "channel", "connect"]

SECONDS = 5.0  # for one answer of the broker


async def connect(url: str, name: str) -> AbstractConnection:
    """A connection that RabbitMQ shows under this name."""
    return await aio_pika.connect(url, timeout=SECONDS, client_properties={"connection_name": name})


@asynccontextmanager
async def channel(url: str, name: str) -> AsyncIterator[AbstractChannel]:
    """A channel that confirms what it publishes and raises when no queue takes it, on a connection of its own."""
    async with (
        await connect(url, name) as connection,
        connection.channel(publisher_confirms=True, on_return_raises=True) as opened,
    ):
        yield opened
