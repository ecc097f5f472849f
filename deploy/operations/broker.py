"""How an operator connects to RabbitMQ, and what lies in its queues of dead letters."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aio_pika
from aio_pika.abc import AbstractChannel, AbstractConnection, AbstractIncomingMessage

from services.shared.events.topology import dead_queue

__all__ = ["SECONDS", "channel", "connect", "waiting", "walk"]

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


async def waiting(channel: AbstractChannel, queue: str) -> int:
    """How many dead letters a work queue has."""
    declared = await channel.declare_queue(dead_queue(queue), passive=True, timeout=SECONDS)
    return declared.declaration_result.message_count or 0


async def walk(
    channel: AbstractChannel, queue: str, *, most: int | None = None
) -> AsyncIterator[AbstractIncomingMessage]:
    """The dead letters of a work queue, the oldest first, at most so many."""
    letters = await channel.get_queue(dead_queue(queue), ensure=False)
    for _ in range(most or await waiting(channel, queue)):
        message = await letters.get(no_ack=False, fail=False, timeout=SECONDS)
        if message is None:  # somebody else took the rest
            return
        yield message
