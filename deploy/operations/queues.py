"""How many messages lie in the platform's queues, by AMQP's passive declare."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager, suppress

import aio_pika
from aio_pika.abc import AbstractConnection
from aio_pika.exceptions import ChannelNotFoundEntity

from deploy.operations.asking import asking
from services.shared.events.topology import QUEUES, RETRY_DELAYS_MS, TAP, dead_queue, retry_queue

_SECONDS = 5.0  # for one answer of the broker
# Retry queues first: a message goes from there to its work queue, and would else be seen in neither.
_ON_THEIR_WAY = [n for queue in QUEUES for n in (*(retry_queue(queue, ms) for ms in RETRY_DELAYS_MS), queue)]
EVERY = [*_ON_THEIR_WAY, *map(dead_queue, QUEUES), TAP]
"""The names of all queues of the platform."""


class Queues:
    """The broker's queues, asked over one connection.

    A queue that somebody deleted is made again within seconds, and what was in it is published again.
    """

    def __init__(self, connection: AbstractConnection) -> None:
        self._connection = connection

    async def dead_letters(self) -> dict[str, int]:
        """How many messages of each work queue were given up."""
        lengths = await self._lengths(map(dead_queue, QUEUES))
        return {queue: lengths[dead_queue(queue)] or 0 for queue in QUEUES}

    async def empty(self) -> dict[str, bool]:
        """Whether each work queue and retry queue is there, and nothing waits in it."""
        return {name: length == 0 for name, length in (await self._lengths(_ON_THEIR_WAY)).items()}

    async def _lengths(self, names: Iterable[str]) -> dict[str, int | None]:
        """How long each queue is; None where there is none: the broker closes the channel that asks for it."""
        found: dict[str, int | None] = {}
        waiting = list(names)
        with asking("RabbitMQ"):
            while waiting:
                async with self._connection.channel() as channel:
                    with suppress(ChannelNotFoundEntity):
                        while waiting:
                            found[waiting[0]] = None
                            queue = await channel.declare_queue(waiting.pop(0), passive=True, timeout=_SECONDS)
                            found[queue.name] = queue.declaration_result.message_count or 0
        return found


@asynccontextmanager
async def connected(url: str) -> AsyncIterator[Queues]:
    """The queues of the broker at a URL."""
    with asking("RabbitMQ"):
        connection = await aio_pika.connect(url, timeout=_SECONDS)
    async with connection:
        yield Queues(connection)
