"""Records every event that is published while the stores are copied one after another.

An event that leaves an outbox before its sender is copied, and has its effect after its receiver is, would be in
no copy. So it is on the tape, and published again after the restore; for whoever had it, it is a duplicate.
"""

from __future__ import annotations

import asyncio
import json
import uuid
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import aio_pika
from aio_pika.abc import AbstractChannel, AbstractIncomingMessage, AbstractQueue

from deploy.operations.asking import asking
from deploy.operations.backup.messages import as_line
from deploy.operations.broker import SECONDS, walk
from services.shared.events.topology import EXCHANGE, QUEUES, dead_queue

_PUBLISHED_IN = {
    "order.created": None,  # any status
    "order.paid": ("paid", "fulfilled"),
    "order.cancelled": ("cancelled",),
}


class Tape:
    """A queue of its own, which ends with its connection, and what came out of it."""

    def __init__(self, channel: AbstractChannel, queue: AbstractQueue) -> None:
        self._channel = channel
        self._queue = queue
        self._lines: list[tuple[str, dict[str, Any], str]] = []
        self._marker = uuid.uuid4().hex
        self._marked = asyncio.Event()

    async def stop(self) -> None:
        """Record nothing that is published from now on, and have everything that was before."""
        with asking("RabbitMQ"):
            await self._queue.unbind(EXCHANGE, "#", timeout=SECONDS)
            # The queue keeps its order: what comes before the marker was published before the end.
            marker = aio_pika.Message(b"", message_id=self._marker)
            await self._channel.default_exchange.publish(marker, self._queue.name, timeout=SECONDS)
            async with asyncio.timeout(SECONDS):
                await self._marked.wait()

    @property
    def order_ids(self) -> set[str]:
        """The ids of the orders that the events are about."""
        return {data["orderId"] for _, data, _ in self._lines if "orderId" in data}

    def lines(self, orders: Mapping[str, str]) -> Iterator[str]:
        """The events that a copy of the orders knows of. orders: the status of each in that copy.

        Another one was published after the copy was made; what caused it will happen again, or never.
        """
        for event_type, data, line in self._lines:
            status = orders.get(data.get("orderId", ""))
            if "orderId" not in data or (status and status in (_PUBLISHED_IN.get(event_type) or (status,))):
                yield line

    async def keep(self, message: AbstractIncomingMessage) -> None:
        """Take one message from the queue."""
        if message.message_id == self._marker:
            self._marked.set()
            return
        event_type = message.routing_key or ""
        self._lines.append((event_type, _data(message.body), as_line(message, EXCHANGE, event_type)))


def _data(body: bytes) -> dict[str, Any]:
    """What an event says; nothing, when it is no event of ours."""
    try:
        data = json.loads(body)["data"]
    except (ValueError, KeyError, TypeError):
        return {}
    return data if isinstance(data, dict) else {}


@asynccontextmanager
async def recording(channel: AbstractChannel) -> AsyncIterator[Tape]:
    """Everything that is published from now on until `stop`, or until the channel's connection ends."""
    with asking("RabbitMQ"):
        queue = await channel.declare_queue(exclusive=True, timeout=SECONDS)
        tape = Tape(channel, queue)
        # Not on shop.tap: a copy may be missing there. That `mandatory` counts this queue does no harm, since who
        # publishes binds the consumers' queues before each event (services/shared/events/broker.py).
        await queue.bind(EXCHANGE, "#", timeout=SECONDS)
        await queue.consume(tape.keep, no_ack=True)
    yield tape


async def dead_letters(channel: AbstractChannel) -> list[str]:
    """Every message that was given up. They stay: what is not acknowledged goes back when the channel ends."""
    with asking("RabbitMQ"):
        return [as_line(letter, "", dead_queue(name)) for name in QUEUES async for letter in walk(channel, name)]
