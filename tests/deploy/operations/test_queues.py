"""What waits in the broker: told by queue, without touching it."""

import functools

import aio_pika
import pytest

from deploy.installation.addresses import StoreUrls
from deploy.installation.layout import Layout
from deploy.operations import queues
from deploy.operations.asking import CouldNotAskError
from services.shared.events.topology import retry_queue
from tests.services.support import until


async def test_a_message_that_waits_for_its_retry_is_seen(platform: Layout) -> None:
    """Its queue is not empty; once it is gone, it is."""
    url = StoreUrls(platform).amqp()
    name = retry_queue("order.products", 30_000)
    async with await aio_pika.connect(url) as connection, connection.channel() as channel:
        retry = await channel.get_queue(name)
        await channel.default_exchange.publish(aio_pika.Message(b"{}"), name)
        async with queues.connected(url) as asked:
            await until(functools.partial(_only, asked, name), 30)  # what other tests left has gone
            await retry.get(no_ack=True)
            await until(functools.partial(_all_empty, asked), 5)
            assert set((await asked.dead_letters()).values()) == {0}


async def test_a_queue_that_is_not_there_is_not_empty(platform: Layout, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody deleted it: its messages are published again, so they are still on their way."""
    monkeypatch.setattr(queues, "_ON_THEIR_WAY", ["gone", "order.products", "gone too"])
    async with queues.connected(StoreUrls(platform).amqp()) as asked:
        assert await asked.empty() == {"gone": False, "order.products": True, "gone too": False}


async def _all_empty(asked: queues.Queues) -> bool:
    return all((await asked.empty()).values())


async def _only(asked: queues.Queues, name: str) -> bool:
    return [queue for queue, is_empty in (await asked.empty()).items() if not is_empty] == [name]


async def test_a_broker_that_does_not_answer_is_named() -> None:
    """By an error that says so."""
    with pytest.raises(CouldNotAskError, match="RabbitMQ"):
        async with queues.connected("amqp://127.0.0.1:1/"):
            pass
