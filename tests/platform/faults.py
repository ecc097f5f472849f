"""Breaking real parts of the platform, and reading what the services say of it."""

import asyncio
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

import aio_pika
import httpx
from prometheus_client.parser import text_string_to_metric_families

from deploy.installation.addresses import StoreUrls
from deploy.installation.layout import Layout
from deploy.installation.services import instances
from tests.platform.client import Client, Customer
from tests.platform.parts import parts
from tests.waiting import wait_for

PEER = "product-service"
PRODUCTS = (f"{PEER}-1", f"{PEER}-2")
ORDER = {"productId": "1", "quantity": 1}


@contextmanager
def stopped(platform: Layout, *programs: str) -> Iterator[None]:
    """The programs are stopped inside the block, and ready again after it."""
    chosen = parts(platform)
    chosen.stop(programs)
    try:
        yield
    finally:
        chosen.start(programs)


def metric(platform: Layout, service: str, name: str, **labels: str) -> list[float]:
    """A metric's value on each replica of a service that has it."""
    values = []
    for instance in instances(service):
        text = httpx.get(f"{platform.url(instance)}/metrics").text
        values += [
            sample.value
            for family in text_string_to_metric_families(text)
            for sample in family.samples
            if sample.name == name and labels.items() <= sample.labels.items()
        ]
    return values


@contextmanager
def hanging(platform: Layout, *programs: str) -> Iterator[None]:
    """The programs accept connections inside the block and answer nothing; after it they answer again."""
    chosen = parts(platform)
    chosen.freeze(programs)
    try:
        yield
    finally:
        chosen.thaw(programs)
    for name in programs:
        httpx.get(f"{platform.url(name)}/health", timeout=20)


def lose_a_replica(platform: Layout) -> None:
    """One replica of the product service is away for ten reads; the gateway asks the other one."""
    with Client(platform) as client, stopped(platform, PRODUCTS[0]):
        for number in range(10):
            assert client.http.get(f"/api/products/{number + 1}").status_code == 200


def trip_breakers(platform: Layout) -> None:
    """Both replicas hang until the order service asks no more; over when it asks again."""
    with Customer(platform) as customer:
        customer.sign_up()
        with hanging(platform, *PRODUCTS):
            for _ in range(12):
                assert customer.http.post("/api/orders", json=ORDER).status_code == 503

        def closed() -> list[float]:
            customer.http.post("/api/orders", json=ORDER)  # the trial that a breaker waits for
            return metric(platform, "order-service", "shop_circuit_breaker_state", breaker=PEER, state="closed")

        wait_for("the breakers to close", closed, all)


def poison(platform: Layout) -> None:
    """Publish a message that no consumer can read: it becomes a dead letter."""

    async def publish() -> None:
        url = StoreUrls(platform).amqp()
        async with await aio_pika.connect(url) as connection, connection.channel() as channel:
            exchange = await channel.get_exchange("shop.events", ensure=False)
            for attempt in (1, 2):  # the second looks like another attempt
                headers: aio_pika.abc.HeadersType = {"x-attempt": attempt}
                message = aio_pika.Message(b"no event", message_id=uuid.uuid4().hex, headers=headers)
                await exchange.publish(message, "order.created")

    asyncio.run(publish())
