"""Whatever vanishes at the broker while connections live comes back, and no event is lost by it."""

import asyncio
import functools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aio_pika
import pytest
from aio_pika import ExchangeType
from sqlalchemy import func, select

from observability.tasks import Tasks
from services.shared.database import Database, DatabaseUnavailableError
from services.shared.events import broker as broker_module
from services.shared.events import relay as relay_module
from services.shared.events import topology
from services.shared.events.broker import UNDELIVERABLE, Broker
from services.shared.events.envelope import Event
from services.shared.events.outbox import add_event, outbox
from services.shared.events.relay import relay
from tests.services.rabbit import Rabbit
from tests.services.shared.conftest import QUEUE, SERVICE, TYPE, Thing
from tests.services.shared.events.mailbox import Mailbox, open_mailbox
from tests.services.support import until

OTHER = "shop.other"


@pytest.fixture
def small_topology(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two queues for one type of event, which is published by one service; everything is looked at often."""
    monkeypatch.setattr(topology, "QUEUES", {QUEUE: (TYPE,), OTHER: (TYPE,)})
    monkeypatch.setattr(topology, "PUBLISHED", {SERVICE: (TYPE,)})
    monkeypatch.setattr(topology, "RETRY_DELAYS_MS", (2, 3))
    monkeypatch.setattr(broker_module, "_LOOK", 0.1)
    monkeypatch.setattr(relay_module, "_POLL", 0.1)


@asynccontextmanager
async def relaying(database_url: str, broker: Broker, *, keeping: bool = True) -> AsyncIterator[None]:
    """What a service does in the background. keeping: also the queues of the consumers."""
    tasks = Tasks()
    tasks.start("relay", functools.partial(relay, database_url, broker, SERVICE))
    if keeping:
        tasks.start("topology", broker.keep_up)
    try:
        yield
    finally:
        await tasks.stop()


async def _add(database: Database, key: str) -> None:
    async with database.transaction() as transaction:
        await add_event(transaction, TYPE, Thing(order_id=key), key=key)


async def _left(database: Database) -> int:
    async with database.session() as session:
        return int(await session.scalar(select(func.count()).select_from(outbox)) or 0)


async def _emptied(database: Database) -> None:
    async def empty() -> bool:
        return await _left(database) == 0

    await until(empty)


async def _ids(mailbox: Mailbox, queue: str, count: int) -> list[str | None]:
    return [message.message_id for message in await mailbox.take(queue, count)]


@pytest.fixture
async def settled(database: Database, database_url: str, broker: Broker, mailbox: Mailbox) -> None:
    """The relay has heard that its own queue is new, and answered that."""
    async with relaying(database_url, broker, keeping=False):
        await until(functools.partial(mailbox.exists, "shop.replay"))


async def test_tap_sees_what_was_delivered(broker: Broker, mailbox: Mailbox) -> None:
    """The queue to look at events has each of them, and makes none count as delivered."""
    await broker.publish(Event(type=TYPE, data={}, id="seen"))
    assert await _ids(mailbox, topology.TAP, 1) == ["seen"]
    await mailbox.delete_exchange(topology.TAP_EXCHANGE)
    for _ in range(3):
        await broker.publish(Event(type=TYPE, data={}, id="unseen"))
    with pytest.raises(UNDELIVERABLE):
        await broker.publish(Event(type="nobody.listens", data={}))


@pytest.mark.parametrize("watched", [False, True], ids=["", "somebody reads all events"])
async def test_lost_binding_of_one_consumer(broker: Broker, mailbox: Mailbox, watched: bool) -> None:
    """An event reaches each of its consumers although the binding of one was deleted, and others still get it."""
    if watched:
        await mailbox.watch_all()
    await broker.publish(Event(type=TYPE, data={}, id="before"))
    await mailbox.unbind(OTHER, TYPE)
    await broker.publish(Event(type=TYPE, data={}, id="after"))
    assert await _ids(mailbox, OTHER, 2) == await _ids(mailbox, QUEUE, 2) == ["before", "after"]


async def test_lost_queue_of_one_consumer_keeps_the_event(
    database: Database, database_url: str, broker: Broker, mailbox: Mailbox, settled: None
) -> None:
    """While one consumer has no queue the event stays in the outbox, and leaves when there is one."""
    await mailbox.delete(OTHER)
    async with relaying(database_url, broker, keeping=False):
        await _add(database, "a")
        with pytest.raises(TimeoutError):
            await until(lambda: _is_empty(database), 0.5)
        await broker.keep()
        await _emptied(database)
    assert await _ids(mailbox, OTHER, 1) == ["a"]


async def _is_empty(database: Database) -> bool:
    return await _left(database) == 0


async def test_lost_exchange(
    database: Database, database_url: str, broker: Broker, mailbox: Mailbox, settled: None
) -> None:
    """A deleted exchange closes the channel of who publishes; the next try makes exchange and bindings anew."""
    async with relaying(database_url, broker, keeping=False):
        for key in ("a", "b"):
            await mailbox.delete_exchange(topology.EXCHANGE)
            await _add(database, key)
            await _emptied(database)
    assert set(await _ids(mailbox, OTHER, 2)) == set(await _ids(mailbox, QUEUE, 2)) == {"a", "b"}


async def test_whatever_vanishes_comes_back(
    database: Database, database_url: str, broker: Broker, mailbox: Mailbox
) -> None:
    """Every exchange, every queue and every binding, one after the other, while nothing is published."""
    queues = [spec.name for spec in (topology.tap(), *topology.family(QUEUE), *topology.family(OTHER))]
    bindings = [
        (spec.name, key, exchange)
        for spec in (topology.tap(), *topology.family(QUEUE), topology.replay_queue(SERVICE))
        for exchange, key in spec.bindings
    ]
    exchanges = (topology.EXCHANGE, topology.DEAD_EXCHANGE, topology.REPLAY_EXCHANGE, topology.TAP_EXCHANGE)
    async with relaying(database_url, broker):
        for name in [*queues, "shop.replay"]:
            await until(functools.partial(mailbox.exists, name))
            await mailbox.delete(name)
            await until(functools.partial(mailbox.exists, name))
        for exchange in exchanges:
            await mailbox.delete_exchange(exchange)
        for name, key, exchange in bindings:
            await until(functools.partial(mailbox.is_bound, name, key, exchange))
            await mailbox.unbind(name, key, exchange)
            await until(functools.partial(mailbox.is_bound, name, key, exchange))


@pytest.mark.parametrize("lost", [QUEUE, f"{QUEUE}.retry.000003", f"{QUEUE}.dead"])
async def test_events_of_a_lost_queue_are_published_again(
    database: Database, database_url: str, broker: Broker, mailbox: Mailbox, settled: None, lost: str
) -> None:
    """A queue that is deleted with messages in it takes them along; its publishers still have them."""
    async with relaying(database_url, broker):
        for key in ("a", "b"):
            await _add(database, key)
        await _emptied(database)
        await mailbox.comes_to(QUEUE, 2)
        if lost != QUEUE:
            await mailbox.take(QUEUE, 2)
        await mailbox.delete(lost)
        await until(functools.partial(mailbox.exists, lost))
        assert await _ids(mailbox, QUEUE, 2) == ["a", "b"]
        await _emptied(database)


async def test_a_question_is_heard_when_its_exchange_vanished_with_the_queue(
    database: Database, database_url: str, broker: Broker, mailbox: Mailbox, settled: None
) -> None:
    """Who asks may make the exchange anew before the publisher has bound its own queue again."""
    async with relaying(database_url, broker, keeping=False):
        await _add(database, "a")
        await _emptied(database)
    await mailbox.comes_to(QUEUE, 1)
    await mailbox.delete_exchange(topology.REPLAY_EXCHANGE)
    await mailbox.delete(QUEUE)
    await broker.keep()
    async with relaying(database_url, broker):
        assert await _ids(mailbox, QUEUE, 1) == ["a"]


async def test_database_that_is_too_slow_to_put_events_back_is_told_of(
    database: Database, database_url: str, broker: Broker, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The relay ends by it, which is logged and counted; it is not taken for a broker that is away."""
    monkeypatch.setattr(relay_module, "_PUT_BACK", 0.05)
    monkeypatch.setattr(relay_module, "_AGAIN", "SELECT pg_sleep(5) WHERE $1::text[] IS NOT NULL")
    with pytest.raises(DatabaseUnavailableError):
        async with asyncio.timeout(5):
            await relay(database_url, broker, SERVICE)
    assert not await mailbox.exists("shop.replay")


async def test_lost_broker_is_filled_again(
    database: Database,
    database_url: str,
    broker: Broker,
    mailbox: Mailbox,
    settled: None,
    rabbit: Rabbit,
    broker_url: str,
) -> None:
    """A broker that comes back empty, with no queue to ask in, gets the recent events again."""
    async with relaying(database_url, broker):
        await _add(database, "a")
        await _emptied(database)
        await asyncio.to_thread(rabbit.renew, broker_url)
        async with open_mailbox(broker_url) as new:
            await until(functools.partial(new.exists, QUEUE), 15)
            assert await _ids(new, QUEUE, 1) == ["a"]


async def test_nothing_is_asked_for_when_nothing_vanished(
    database: Database, database_url: str, broker: Broker, mailbox: Mailbox, settled: None
) -> None:
    """Replicas that come and go, and connections that break, publish nothing twice."""
    async with relaying(database_url, broker):
        await _add(database, "a")
        await _emptied(database)
        await mailbox.take(QUEUE)
        await broker.close()
        await broker.keep()
        second = Broker(broker._url, "second", SERVICE)
        await second.ping()
        await second.close()
        await _add(database, "b")
        assert await _ids(mailbox, QUEUE, 1) == ["b"]


async def test_queues_of_the_version_before(broker_url: str, small_topology: None) -> None:
    """What an installation has, with messages in it, is taken as it is; but for the tap, which is made anew.

    It was bound to the exchange of the events, where it hid what nobody got.
    """
    quorum: dict[str, Any] = {"x-queue-type": "quorum"}
    async with await aio_pika.connect(broker_url) as connection, connection.channel() as channel:
        events = await channel.declare_exchange("shop.events", ExchangeType.TOPIC, durable=True)
        dead = await channel.declare_exchange("shop.dlx", ExchangeType.DIRECT, durable=True)
        for name in (QUEUE, OTHER):
            work = await channel.declare_queue(
                name,
                durable=True,
                arguments={
                    **quorum,
                    "x-dead-letter-exchange": "shop.dlx",
                    "x-dead-letter-routing-key": f"{name}.dead",
                    "x-dead-letter-strategy": "at-least-once",
                    "x-overflow": "reject-publish",
                    "x-delivery-limit": 20,
                },
            )
            await work.bind(events, TYPE)
            for delay in topology.RETRY_DELAYS_MS:
                await channel.declare_queue(
                    f"{name}.retry.{delay}",
                    durable=True,
                    arguments={
                        **quorum,
                        "x-message-ttl": delay,
                        "x-dead-letter-exchange": "",
                        "x-dead-letter-routing-key": name,
                        "x-dead-letter-strategy": "at-least-once",
                        "x-overflow": "reject-publish",
                    },
                )
            await (await channel.declare_queue(f"{name}.dead", durable=True, arguments=quorum)).bind(
                dead, f"{name}.dead"
            )
        tap = await channel.declare_queue("events.tap", durable=True, arguments={"x-max-length": 1000})
        await tap.bind(events, "#")
        await events.publish(aio_pika.Message(b"{}", message_id="from before"), TYPE)
    broker = Broker(broker_url, "test", SERVICE)
    await broker.ping()
    await broker.keep()
    with pytest.raises(UNDELIVERABLE):  # the tap no longer hides it
        await broker.publish(Event(type="nobody.listens", data={}))
    await broker.publish(Event(type=TYPE, data={}, id="now"))
    async with open_mailbox(broker_url) as mailbox:
        for name in (QUEUE, OTHER):
            assert await _ids(mailbox, name, 2) == ["from before", "now"]
        assert await _ids(mailbox, topology.TAP, 1) == ["now"]
    await broker.close()


def test_each_event_has_a_publisher_and_a_consumer() -> None:
    """Whoever loses a queue finds somebody to ask; names say who owns a queue."""
    assert {kind for kinds in topology.PUBLISHED.values() for kind in kinds} == {
        kind for kinds in topology.QUEUES.values() for kind in kinds
    }
    assert sorted(queue for service in topology.PUBLISHED for queue in topology.queues_of(service)) == sorted(
        topology.QUEUES
    )
