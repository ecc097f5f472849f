"""Somebody deletes what the broker needs, while orders come in: all are decided, and the stores agree."""

import asyncio
import uuid
from typing import Any

import aio_pika
import pytest
from rich.console import Console

from deploy.cli import reconcile, ways
from deploy.installation.addresses import StoreUrls
from deploy.installation.layout import Layout
from services.shared.events import topology
from tests.platform.client import Admin, Customer
from tests.waiting import wait_for

_HEALED = 90.0  # seconds: 10 to heal, 5 for each consumer to come back, and 5 for each event that must come again
_BINDINGS = tuple((queue, kind) for queue, kinds in topology.QUEUES.items() for kind in kinds)
# Without one of these the broker still says that somebody got the event.
_ONE_OF_SEVERAL = [(queue, kind) for queue, kind in _BINDINGS if len(topology.consumers(kind)) > 1]


def _delete(
    platform: Layout,
    *,
    exchanges: tuple[str, ...] = (),
    queues: tuple[str, ...] = (),
    bindings: tuple[tuple[str, str], ...] = (),
) -> None:
    async def delete() -> None:
        url = StoreUrls(platform).amqp()
        async with await aio_pika.connect(url) as connection, connection.channel() as channel:
            for name in exchanges:
                await channel.exchange_delete(name)
            for name in queues:
                await channel.queue_delete(name)
            for name, kind in bindings:
                await (await channel.get_queue(name, ensure=False)).unbind(topology.EXCHANGE, kind)

    asyncio.run(delete())


def _order(customer: Customer, product: str) -> str:
    """Place one as a patient client does."""
    headers, body = {"Idempotency-Key": uuid.uuid4().hex}, {"productId": product, "quantity": 1}
    answer = wait_for(
        "an order",
        lambda: customer.http.post("/api/orders", json=body, headers=headers),
        lambda a: a.status_code == 201,
    )
    return str(answer.json()["id"])


def test_orders_outlast_what_vanishes_at_the_broker(platform: Layout, customer: Customer, admin: Admin) -> None:
    """Bindings, the exchanges, and all queues with what is in them; orders before and after each."""
    product = admin.add_product(stock=100)
    losses: list[dict[str, Any]] = [
        *[{"bindings": (binding,)} for binding in _ONE_OF_SEVERAL],
        {"bindings": _BINDINGS},
        {"exchanges": (topology.EXCHANGE, topology.DEAD_EXCHANGE, topology.TAP_EXCHANGE)},
        {"queues": tuple(spec.name for name in topology.QUEUES for spec in topology.family(name))},
        {"queues": tuple(topology.QUEUES), "exchanges": (topology.EXCHANGE, topology.REPLAY_EXCHANGE)},
    ]
    paid = []
    for loss in losses:
        before = _order(customer, product)
        _delete(platform, **loss)
        after = _order(customer, product)
        for order in (before, after):
            customer.until(order, "awaiting_payment", _HEALED)
        customer.pay(before).raise_for_status()
        _delete(platform, **loss)
        customer.until(before, "paid", _HEALED)
        customer.http.put(f"/api/orders/{after}/status", json={"status": "cancelled"}).raise_for_status()
        paid.append(before)
    assert reconcile.run(ways.of(platform), Console(quiet=True), settle=_HEALED) == 0
    assert admin.stock_now(product) == 100 - len(paid)


pytestmark = pytest.mark.native
