"""RabbitMQ as it is started keeps and takes only so much; what it refuses, its sender still has."""

import aio_pika
import pytest
from aio_pika.exceptions import ChannelPreconditionFailed, DeliveryError

from deploy.installation.broker_rights import VHOST
from deploy.installation.queue_limits import MESSAGE_BYTES
from services.shared.events import topology
from tests.services.rabbit import Rabbit

_MIB = 2**20


@pytest.mark.parametrize(("name", "most"), [("limits.dead", 32), ("limits.retry.200", 16)])
async def test_full_queue_refuses(rabbit: Rabbit, name: str, most: int) -> None:
    """By bytes, long before the number of messages is reached."""
    async with await aio_pika.connect(rabbit.url("shop", VHOST)) as connection, connection.channel() as channel:
        queue = await channel.declare_queue(name, durable=True, arguments={"x-queue-type": "quorum"})

        async def fill() -> None:
            for _ in range(most + 5):
                await channel.default_exchange.publish(aio_pika.Message(bytes(_MIB)), name)

        try:
            with pytest.raises(DeliveryError):
                await fill()
            held = await channel.declare_queue(name, passive=True)
            assert most - 1 <= (held.declaration_result.message_count or 0) <= most + 3
        finally:
            await queue.delete(if_unused=False, if_empty=False)


async def test_no_message_is_larger_than_that(rabbit: Rabbit) -> None:
    """The broker closes the channel of who sends one."""
    async with await aio_pika.connect(rabbit.url("shop", VHOST)) as connection, connection.channel() as channel:
        await topology.declare_exchanges(channel)
        exchange = await channel.get_exchange(topology.EXCHANGE, ensure=False)
        with pytest.raises(ChannelPreconditionFailed):
            await exchange.publish(aio_pika.Message(bytes(MESSAGE_BYTES + 1)), "order.created", mandatory=False)
