"""Each service's user of RabbitMQ: what it needs works, and everything else is refused by the broker."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from functools import partial

import aio_pika
import httpx
import pytest
from aio_pika.abc import AbstractChannel, AbstractIncomingMessage
from aiormq.exceptions import ChannelAccessRefused

from deploy.installation import broker_rights
from deploy.kubernetes import credentials
from services.shared.events import topology
from services.shared.events.broker import Broker
from services.shared.events.contracts import CONTRACTS
from services.shared.events.envelope import Event
from tests.services.rabbit import Rabbit

SERVICES = broker_rights.SERVICES
FOREIGN = [
    (service, kind) for service in SERVICES for kind in CONTRACTS if kind not in topology.PUBLISHED[service]
]
QUEUES = [
    *(spec.name for queue in topology.QUEUES for spec in topology.family(queue)),
    *(topology.replay_queue(service).name for service in SERVICES),
    topology.TAP,
]
Attempt = Callable[[AbstractChannel, str], Awaitable[None]]
Urls = Callable[[str], str]
ALONE = {"Connection": "close"}  # the API may end a connection on which it refused a body


@pytest.fixture(scope="module")
def urls(rabbit: Rabbit) -> Iterator[Urls]:
    """The URL of each service in a virtual host where all services have made what is theirs."""

    async def connect_all() -> None:
        for service in SERVICES:
            broker = Broker(of(service), "test", service)
            await broker.ping()
            async with broker.asked_again(service):
                pass
            await broker.close()

    with rabbit.virtual_host() as url:
        name = url.rpartition("/")[2]
        rabbit.grant(name)

        def of(user: str) -> str:
            return rabbit.url(user, name)

        asyncio.run(connect_all())
        yield of


@asynccontextmanager
async def channel_of(url: str) -> AsyncIterator[AbstractChannel]:
    """A channel with confirms."""
    async with await aio_pika.connect(url) as connection, connection.channel(on_return_raises=True) as channel:
        yield channel


async def refused(url: str, attempt: Callable[[AbstractChannel], Awaitable[object]]) -> None:
    """The broker says no."""
    async with channel_of(url) as channel:
        with pytest.raises(ChannelAccessRefused):
            await attempt(channel)


@pytest.mark.parametrize("service", SERVICES)
async def test_own_events_are_published(urls: Urls, service: str) -> None:
    """To every consumer's queue, and to the tap."""
    broker = Broker(urls(service), "test", service)
    for kind in topology.PUBLISHED[service]:
        await broker.publish(Event(type=kind, data=CONTRACTS[kind].EXAMPLE))
    await broker.keep()
    await broker.close()


@pytest.mark.parametrize(("service", "kind"), FOREIGN)
async def test_events_of_others_cannot_be_published(urls: Urls, service: str, kind: str) -> None:
    """Neither to all, nor shown in the tap."""

    async def publish(channel: AbstractChannel, exchange: str) -> None:
        place = await channel.get_exchange(exchange, ensure=False)
        await place.publish(aio_pika.Message(b"{}"), kind, mandatory=False)

    for exchange in (topology.EXCHANGE, topology.TAP_EXCHANGE):
        await refused(urls(service), lambda channel, to=exchange: publish(channel, to))  # type: ignore[misc]


@pytest.mark.parametrize("service", SERVICES)
async def test_only_what_a_service_hears_can_it_ask_for_again(urls: Urls, service: str) -> None:
    """One that was taken over must not make all others send their events of hours, again and again."""
    heard = {kind for queue in topology.queues_of(service) for kind in topology.QUEUES[queue]}

    async def ask(channel: AbstractChannel, kind: str) -> None:
        place = await channel.get_exchange(topology.REPLAY_EXCHANGE, ensure=False)
        await place.publish(aio_pika.Message(b""), kind, mandatory=False)

    for kind in sorted(CONTRACTS.keys() - heard):
        await refused(urls(service), partial(ask, kind=kind))


@pytest.mark.parametrize("service", SERVICES)
async def test_no_queue_is_reached_past_the_types(urls: Urls, service: str) -> None:
    """Neither by the broker's default exchange, which knows every queue, nor by that of another service."""

    async def by_default(channel: AbstractChannel, queue: str) -> None:
        await channel.default_exchange.publish(aio_pika.Message(b"{}"), queue)

    async def by_theirs(channel: AbstractChannel, queue: str) -> None:
        place = await channel.get_exchange(topology.own_exchange(queue), ensure=False)
        await place.publish(aio_pika.Message(b"{}"), queue)

    for queue in topology.QUEUES:
        await refused(urls(service), lambda channel, to=queue: by_default(channel, to))  # type: ignore[misc]
        if not queue.startswith(f"{service}."):
            await refused(urls(service), lambda channel, to=queue: by_theirs(channel, to))  # type: ignore[misc]


async def test_a_refused_publish_is_no_success(urls: Urls) -> None:
    """The broker's refusal reaches who publishes, so the event stays in its outbox."""
    broker = Broker(urls("payment"), "test", "payment")
    with pytest.raises(ChannelAccessRefused):
        await broker.publish(Event(type="order.paid", data=CONTRACTS["order.paid"].EXAMPLE))
    await broker.publish(Event(type="payment.failed", data=CONTRACTS["payment.failed"].EXAMPLE))
    await broker.close()


async def _get(channel: AbstractChannel, queue: str) -> None:
    await (await channel.get_queue(queue, ensure=False)).get(fail=False)


async def _consume(channel: AbstractChannel, queue: str) -> None:
    async def take(_: AbstractIncomingMessage) -> None:
        pytest.fail("got a message")

    await (await channel.get_queue(queue, ensure=False)).consume(take)


async def _purge(channel: AbstractChannel, queue: str) -> None:
    await (await channel.get_queue(queue, ensure=False)).purge()


async def _delete(channel: AbstractChannel, queue: str) -> None:
    await channel.queue_delete(queue)


@pytest.mark.parametrize("attempt", [_get, _consume, _purge, _delete])
@pytest.mark.parametrize("service", SERVICES)
async def test_queues_of_others_are_closed(urls: Urls, service: str, attempt: Attempt) -> None:
    """They can be neither read nor emptied nor deleted; of the tap, only that it is there is everybody's."""
    async with await aio_pika.connect(urls(service)) as connection:
        for queue in QUEUES:
            if queue.startswith(f"{service}.") or (queue, attempt) == (topology.TAP, _delete):
                continue
            with pytest.raises(ChannelAccessRefused):
                async with connection.channel() as channel:
                    await attempt(channel, queue)


@pytest.mark.parametrize("service", SERVICES)
async def test_nobody_listens_to_what_is_not_for_them(urls: Urls, service: str) -> None:
    """Not by a queue of its own that is bound to more than its events, nor by one with another name."""

    async def bind(channel: AbstractChannel, key: str) -> None:
        queue = await channel.declare_queue(f"{service}.spy", durable=True)
        await queue.bind(topology.EXCHANGE, key)

    heard = {kind for queue in topology.queues_of(service) for kind in topology.QUEUES[queue]}
    others = sorted(CONTRACTS.keys() - heard - {*topology.PUBLISHED[service]})
    for key in ("#", "*.*", "order.*", *others):
        await refused(urls(service), lambda channel, key=key: bind(channel, key))  # type: ignore[misc]
    await refused(urls(service), lambda channel: channel.declare_queue("spy"))
    await refused(urls(service), lambda channel: channel.declare_exchange("spy"))
    async with channel_of(urls(service)) as channel:
        await channel.queue_delete(f"{service}.spy")


@pytest.mark.parametrize("service", SERVICES)
def test_services_manage_nothing(rabbit: Rabbit, service: str) -> None:
    """The management API is for the administrator and the monitor."""
    login = (service, rabbit.passwords[service])
    with httpx.Client(base_url=rabbit.api, auth=login, headers=ALONE, trust_env=False, timeout=10) as client:
        for path in ("/overview", "/users", "/queues", "/definitions", "/whoami"):
            assert client.get(path).status_code == 401
        assert client.delete("/queues/shop/order.stock").status_code == 401


def test_the_monitor_sees_no_messages(rabbit: Rabbit) -> None:
    """It may know that the node is well, and cannot change anything or connect to a virtual host."""
    login = (broker_rights.MONITOR, rabbit.passwords[broker_rights.MONITOR])
    with httpx.Client(base_url=rabbit.api, auth=login, headers=ALONE, trust_env=False, timeout=10) as client:
        assert client.get("/health/checks/virtual-hosts").status_code == 200
        body = {"count": 1, "ackmode": "ack_requeue_true", "encoding": "auto"}
        assert client.post("/queues/shop/order.stock/get", json=body).status_code in (401, 403)
        assert client.put("/users/mine", json={"password": "x", "tags": "administrator"}).status_code == 401
        assert client.get("/definitions").status_code in (401, 403)


async def test_a_password_in_the_definitions_lets_its_user_in(urls: Urls, rabbit: Rabbit) -> None:
    """The chart for Kubernetes has no hashes of passwords, which no template computes: the broker makes them."""
    text = credentials.files()["rabbitmq"]["definitions.json"]
    for user, password in rabbit.passwords.items():
        name = {broker_rights.ADMIN: "", broker_rights.MONITOR: "monitoring_"}.get(user, f"{user}_")
        text = text.replace(f"<rabbitmq_{name}password>", password)
    rabbit.load_users(json.loads(text)["users"])
    for service in SERVICES:
        async with channel_of(urls(service)) as channel:
            assert not channel.is_closed
