"""How many messages lie in the platform's queues, by AMQP's passive declare."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager

from aio_pika.abc import AbstractConnection

from deploy.operations import broker
from deploy.operations.asking import asking
from deploy.operations.broker import SECONDS
from services.shared.events.lengths import lengths
from services.shared.events.topology import QUEUES, RETRY_DELAYS_MS, TAP, dead_queue, retry_queue

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
        found = await self._lengths(map(dead_queue, QUEUES))
        return {queue: found[dead_queue(queue)] or 0 for queue in QUEUES}

    async def empty(self) -> dict[str, bool]:
        """Whether each work queue and retry queue is there, and nothing waits in it."""
        return {name: length == 0 for name, length in (await self._lengths(_ON_THEIR_WAY)).items()}

    async def _lengths(self, names: Iterable[str]) -> dict[str, int | None]:
        with asking("RabbitMQ"):
            return await lengths(self._connection, names, SECONDS)


@asynccontextmanager
async def connected(url: str) -> AsyncIterator[Queues]:
    """The queues of the broker at a URL."""
    with asking("RabbitMQ"):
        connection = await broker.connect(url, "shop reconcile")
    async with connection:
        yield Queues(connection)
