"""Dead letters: looked at without being taken, replayed without being lost, dropped one by one."""

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing, asynccontextmanager

import aio_pika
import pytest
from aio_pika.abc import AbstractChannel, AbstractIncomingMessage, HeadersType
from aio_pika.exceptions import DeliveryError

from deploy.installation.addresses import StoreUrls
from deploy.installation.layout import Layout
from deploy.operations import broker, dead_letters
from services.shared.events.topology import dead_queue
from tests.services.support import until

ERROR = "KeyError('x')"


@pytest.fixture
def url(platform: Layout) -> str:
    """The platform's broker."""
    return StoreUrls(platform).amqp()


@asynccontextmanager
async def queue_with_letters(url: str, *ids: str) -> AsyncIterator[tuple[AbstractChannel, str]]:
    """A channel, and a work queue of the test's own whose dead queue holds letters with these ids."""
    name = f"test.{os.urandom(4).hex()}"
    async with await aio_pika.connect(url) as connection, connection.channel() as channel:
        for queue in (name, dead_queue(name)):
            await channel.declare_queue(queue, durable=True, arguments={"x-queue-type": "quorum"})
        for identifier in ids:
            headers: HeadersType = {
                "x-attempt": 5,
                "x-request-id": f"request-{identifier}",
                "x-error": "KeyError('x')",
            }
            body = f'{{"id": "{identifier}"}}'.encode()
            message = aio_pika.Message(body, message_id=identifier, type="thing.done", headers=headers)
            await channel.default_exchange.publish(message, dead_queue(name))
        try:
            yield channel, name
        finally:
            for queue in (name, dead_queue(name)):
                await channel.queue_delete(queue)


async def ids_of(url: str, queue: str) -> list[str]:
    """The ids of the dead letters, in their order."""
    return [letter.id async for letter in dead_letters.look(url, queue)]


async def all_are_back(channel: AbstractChannel, queue: str, number: int) -> None:
    """Wait until so many letters lie in the dead queue: the broker puts back what was held a moment after the
    connection has ended."""

    async def are_there() -> bool:
        return await broker.waiting(channel, queue) == number

    await until(are_there)


async def test_looking_tells_all_and_takes_nothing(url: str) -> None:
    """Id, type, request, attempts and last error of each; a second look sees the same."""
    async with queue_with_letters(url, "a", "b", "c") as (channel, queue):
        seen = [letter async for letter in dead_letters.look(url, queue)]
        assert [(s.id, s.type, s.request_id, s.attempts, s.error, s.body) for s in seen] == [
            (i, "thing.done", f"request-{i}", 5, ERROR, f'{{"id": "{i}"}}') for i in "abc"
        ]
        await all_are_back(channel, queue, 3)
        assert sorted(await ids_of(url, queue)) == ["a", "b", "c"]
        await all_are_back(channel, queue, 3)
        [counted] = await dead_letters.count(url, [queue])
        assert (counted.queue, counted.letters) == (queue, 3)


async def test_a_look_that_is_broken_off_takes_nothing(url: str) -> None:
    """Whoever looks may go away at any letter."""
    async with queue_with_letters(url, "a", "b", "c") as (channel, queue):
        async with aclosing(dead_letters.look(url, queue)) as letters:
            await anext(letters)
        await all_are_back(channel, queue, 3)
        assert sorted(await ids_of(url, queue)) == ["a", "b", "c"]


async def test_letters_of_one_kind(url: str) -> None:
    """Those whose ids begin alike go at once, and the others stay."""
    async with queue_with_letters(url, "drill-1", "a", "drill-2") as (channel, queue):
        assert await dead_letters.drop(url, queue, beginning="drill-") == 2
        await all_are_back(channel, queue, 1)
        assert await ids_of(url, queue) == ["a"]


async def test_a_replayed_letter_is_as_new(url: str) -> None:
    """Same id, body and request, first attempt, no error; in their order; the dead queue is empty."""
    async with queue_with_letters(url, "a", "b") as (channel, queue):
        assert await dead_letters.replay(url, queue) == 2
        work = await channel.get_queue(queue)
        first, second = [await work.get(no_ack=True) for _ in range(2)]
        assert (first.message_id, second.message_id) == ("a", "b")
        assert (first.body, first.type) == (b'{"id": "a"}', "thing.done")
        own = {name: value for name, value in first.headers.items() if name != "x-delivery-count"}  # the broker's
        assert own == {"x-attempt": 1, "x-request-id": "request-a"}
        assert await ids_of(url, queue) == []


@pytest.mark.parametrize("act", [dead_letters.replay, dead_letters.drop], ids=["replay", "drop"])
async def test_one_letter_of_many(url: str, act: Callable[[str, str, str], Awaitable[int]]) -> None:
    """With an id, only that letter goes; with an unknown one, none."""
    async with queue_with_letters(url, "a", "b", "c") as (channel, queue):
        for identifier, expected in (("b", 1), ("b", 0), ("unknown", 0)):
            assert await act(url, queue, identifier) == expected
            await all_are_back(channel, queue, 2)
        assert sorted(await ids_of(url, queue)) == ["a", "c"]


async def test_all_are_dropped(url: str) -> None:
    """Without an id all go, and none to work."""
    async with queue_with_letters(url, "a", "b") as (channel, queue):
        assert await dead_letters.drop(url, queue) == 2
        assert await ids_of(url, queue) == []
        assert await (await channel.get_queue(queue)).get(fail=False) is None


async def test_a_letter_that_cannot_be_delivered_stays(url: str) -> None:
    """The copy is confirmed before the letter goes: without a work queue nothing is lost."""
    async with queue_with_letters(url, "a") as (channel, queue):
        await channel.queue_delete(queue)
        with pytest.raises(DeliveryError):
            await dead_letters.replay(url, queue)
        await all_are_back(channel, queue, 1)
        assert await ids_of(url, queue) == ["a"]


async def test_what_dies_again_is_not_replayed_again(url: str) -> None:
    """A consumer that gives up at once and a replay do not play ball for ever."""
    async with queue_with_letters(url, "a", "b") as (channel, queue):

        async def give_up(message: AbstractIncomingMessage) -> None:
            letter = aio_pika.Message(message.body, message_id=message.message_id)
            await channel.default_exchange.publish(letter, dead_queue(queue))
            await message.ack()

        tag = await (work := await channel.get_queue(queue)).consume(give_up)
        async with asyncio.timeout(10):
            assert await dead_letters.replay(url, queue) == 2
        await work.cancel(tag)
