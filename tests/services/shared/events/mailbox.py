"""Look into queues, and put things into them that no service of ours would send."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aio_pika
from aio_pika.abc import AbstractChannel, AbstractConnection, AbstractIncomingMessage
from aio_pika.exceptions import ChannelNotFoundEntity, DeliveryError

from services.shared.events import topology
from tests.services.support import until


class Mailbox:
    """A connection of the test's own."""

    def __init__(self, connection: AbstractConnection, channel: AbstractChannel) -> None:
        self._connection = connection
        self._channel = channel

    async def put(self, message: aio_pika.Message, routing_key: str) -> None:
        """Publish to the events' exchange."""
        exchange = await self._channel.get_exchange(topology.EXCHANGE, ensure=False)
        await exchange.publish(message, routing_key)

    async def put_by(self, message: aio_pika.Message, queue: str, exchange: str, key: str) -> None:
        """Publish to a queue by any exchange and with any key."""
        kind = aio_pika.ExchangeType.TOPIC if exchange == topology.EXCHANGE else aio_pika.ExchangeType.DIRECT
        place = await self._channel.declare_exchange(exchange, kind, durable=True)
        await (await self._channel.get_queue(queue, ensure=False)).bind(place, key)
        await place.publish(message, key)

    async def take(self, queue: str, count: int = 1, limit: float = 10.0) -> list[AbstractIncomingMessage]:
        """The next `count` messages, once they are there; they are gone then."""
        source = await self._channel.get_queue(queue, ensure=False)
        found: list[AbstractIncomingMessage] = []

        async def complete() -> bool:
            if await self.waiting(queue) == 0:  # a get from a queue that is being made may end the connection
                return False
            while len(found) < count and (message := await source.get(no_ack=True, fail=False)):
                found.append(message)
            return len(found) == count

        await until(complete, limit)
        return found

    async def return_until_gone(self, queue: str) -> None:
        """Take a message and give it back, as a consumer does that dies, until the broker has enough of it."""
        source = await self._channel.get_queue(queue, ensure=False)

        async def gone() -> bool:
            while (message := await source.get(fail=False)) is not None:
                await message.nack(requeue=True)
            return await self.waiting(queue) == 0

        await until(gone, 10)

    async def waiting(self, queue: str) -> int:
        """How many messages are ready."""
        declared = await self._channel.declare_queue(queue, passive=True)
        return int(declared.declaration_result.message_count or 0)

    async def comes_to(self, queue: str, count: int) -> None:
        """Return when `count` messages are ready."""

        async def reached() -> bool:
            return await self.waiting(queue) == count

        await until(reached)

    async def delete(self, queue: str) -> None:
        """Delete a queue with what is in it."""
        await (await self._channel.get_queue(queue, ensure=False)).delete(if_unused=False, if_empty=False)

    async def exists(self, queue: str) -> bool:
        """Whether there is such a queue."""
        async with self._connection.channel() as channel:
            try:
                await channel.declare_queue(queue, passive=True)
            except ChannelNotFoundEntity:
                return False
        return True

    async def is_bound(self, queue: str, key: str, exchange: str) -> bool:
        """Whether a message with this key at this exchange would reach a queue; it does, when it is so."""
        async with self._connection.channel(on_return_raises=True) as channel:
            try:
                target = await channel.get_exchange(exchange, ensure=False)
                await target.publish(aio_pika.Message(b""), key, mandatory=True)
            except (ChannelNotFoundEntity, DeliveryError):
                return False
        return True

    async def watch_all(self) -> None:
        """Bind a queue of our own to all events."""
        queue = await self._channel.declare_queue(exclusive=True)
        await queue.bind(topology.EXCHANGE, "#")

    async def delete_exchange(self, name: str) -> None:
        """Delete an exchange with all its bindings."""
        await self._channel.exchange_delete(name)

    async def unbind(self, queue: str, key: str, exchange: str = topology.EXCHANGE) -> None:
        """Delete one binding."""
        await (await self._channel.get_queue(queue, ensure=False)).unbind(exchange, key)


@asynccontextmanager
async def open_mailbox(url: str) -> AsyncIterator[Mailbox]:
    """A mailbox of the virtual host at `url`."""
    async with await aio_pika.connect(url) as connection, connection.channel() as channel:
        yield Mailbox(connection, channel)
