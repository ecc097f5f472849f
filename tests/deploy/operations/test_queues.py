"""What waits in the broker: told by queue, without touching it."""

import aio_pika
import pytest

from deploy.installation import secrets
from deploy.installation.layout import Layout
from deploy.native import rabbitmq
from deploy.operations import queues
from deploy.operations.asking import CouldNotAskError
from services.shared.events.topology import retry_queue


async def test_a_message_that_waits_for_its_retry_is_seen(platform: Layout) -> None:
    """Its queue is not empty; once it is gone, it is."""
    url = rabbitmq.url(platform, secrets.ensure(platform.secrets))
    name = retry_queue("order.products", 30_000)
    async with await aio_pika.connect(url) as connection, connection.channel() as channel:
        retry = await channel.get_queue(name)
        await channel.default_exchange.publish(aio_pika.Message(b"{}"), name)
        async with queues.connected(url) as asked:
            assert {q for q, is_empty in (await asked.empty()).items() if not is_empty} == {name}
            await retry.get(no_ack=True)
            assert all((await asked.empty()).values())
            assert set((await asked.dead_letters()).values()) == {0}


async def test_a_broker_that_does_not_answer_is_named() -> None:
    """By an error that says so."""
    with pytest.raises(CouldNotAskError, match="RabbitMQ"):
        async with queues.connected("amqp://127.0.0.1:1/"):
            pass
