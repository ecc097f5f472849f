"""Faults that a client of RabbitMQ can cause."""

from __future__ import annotations

import asyncio
import uuid
from dataclasses import dataclass

import aio_pika

from deploy.operations import broker, dead_letters
from deploy.operations.drills.place import Place
from services.shared.events.topology import EXCHANGE, QUEUES

__all__ = ["NoSpace", "Poison"]

_IDS = "drill-"  # how the ids of poison messages begin


@dataclass(frozen=True)
class Poison:
    """Messages that no consumer can read are published as events of a type."""

    event: str
    messages: int

    async def begin(self, at: Place) -> None:
        async with broker.channel(at.broker, "shop drill") as channel:
            exchange = await channel.get_exchange(EXCHANGE, ensure=False)
            for _ in range(self.messages):
                message = aio_pika.Message(b"no event", message_id=f"{_IDS}{uuid.uuid4().hex}")
                await exchange.publish(message, self.event, timeout=broker.SECONDS)

    async def heal(self, at: Place) -> None:
        for queue, events in QUEUES.items():
            if self.event in events:
                await dead_letters.drop(at.broker, queue, beginning=_IDS)


@dataclass(frozen=True)
class NoSpace:
    """RabbitMQ wants more free space on its disk than there is, so it takes no messages, as on a full disk.

    wanted: what it wants; right: what it wanted before, and wants again afterwards. Both such as 2GB.
    """

    wanted: str
    right: str

    async def begin(self, at: Place) -> None:
        await asyncio.to_thread(at.programs.tell_broker, ("set_disk_free_limit", self.wanted))

    async def heal(self, at: Place) -> None:
        await asyncio.to_thread(at.programs.tell_broker, ("set_disk_free_limit", self.right))
