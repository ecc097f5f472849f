"""How many messages lie in the platform's queues, by AMQP's passive declare."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aio_pika
from aio_pika.abc import AbstractChannel

from deploy.operations.asking import asking
from services.shared.events.topology import QUEUES, RETRY_DELAYS_MS, TAP, dead_queue, retry_queue

_SECONDS = 5.0  # for one answer of the broker
# Retry queues first: a message goes from there to its work queue, and would else be seen in neither.
_ON_THEIR_WAY = [n for queue in QUEUES for n in (*(retry_queue(queue, ms) for ms in RETRY_DELAYS_MS), queue)]
EVERY = [*_ON_THEIR_WAY, *map(dead_queue, QUEUES), TAP]
"""The names of all queues of the platform."""


class Queues:
    """The broker's queues, asked over one channel."""

    def __init__(self, channel: AbstractChannel) -> None:
        self._channel = channel

    async def dead_letters(self) -> dict[str, int]:
        """By work queue: how many of its messages were given up."""
        return {queue: await self._length(dead_queue(queue)) for queue in QUEUES}

    async def empty(self) -> dict[str, bool]:
        """By work queue and retry queue: whether nothing waits in it."""
        return {name: await self._length(name) == 0 for name in _ON_THEIR_WAY}

    async def _length(self, queue: str) -> int:
        with asking("RabbitMQ"):
            declared = await self._channel.declare_queue(queue, passive=True, timeout=_SECONDS)
            return declared.declaration_result.message_count or 0


@asynccontextmanager
async def connected(url: str) -> AsyncIterator[Queues]:
    """The queues of the broker at a URL."""
    with asking("RabbitMQ"):
        connection = await aio_pika.connect(url, timeout=_SECONDS)
    async with connection:
        with asking("RabbitMQ"):
            channel = await connection.channel()
        yield Queues(channel)
