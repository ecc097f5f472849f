"""What happens to an order becomes a decision about stock: first durable, then published, then acknowledged."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from services.product.events import on_order
from services.product.store import Store
from services.shared.events.envelope import Event
from tests.services.product.shop import FakeBroker, Shop, lines

SCHEMAS = {
    path.stem: json.loads(path.read_text(encoding="utf-8"))
    for path in (Path(__file__).parents[3] / "docs/events").glob("*.json")
}


def created(order_id: str, *pairs: tuple[str, int]) -> Event:
    """The order service's event."""
    data = {"orderId": order_id, "userId": "u", "lines": lines(*pairs), "totalCents": 1, "currency": "EUR"}
    return Event(type="order.created", data=data)


def ended(order_id: str) -> dict[str, str]:
    """What order.paid and order.cancelled carry, together."""
    return {"orderId": order_id, "userId": "u", "paymentId": "p", "reason": "expired"}


@pytest.mark.parametrize(
    ("quantity", "event", "more"),
    [(2, "stock.reserved", {}), (20, "stock.rejected", {"reason": "out of stock"})],
)
async def test_decision_is_published(shop: Shop, quantity: int, event: str, more: dict[str, Any]) -> None:
    """Reserved, or rejected with the products that were short."""
    lamp, broker = await shop.product(10), FakeBroker()
    assert await on_order(shop.store, broker.as_broker)(created("order-1", (lamp, quantity))) == "ok"
    short = {"productIds": [lamp]} if event == "stock.rejected" else {}
    assert broker.events == [(event, {"orderId": "order-1", **more, **short})]
    Draft202012Validator(SCHEMAS[event]).validate(broker.sent[0].event.data.model_dump())


async def test_decision_is_durable_before_it_is_published(shop: Shop, second_store: Store) -> None:
    """Another replica can read it while the broker is told."""
    lamp, seen = await shop.product(10), []

    async def look(_: Event) -> None:
        seen.append(await Shop(second_store).state("order-1"))

    broker = FakeBroker(before=[look])
    await on_order(shop.store, broker.as_broker)(created("order-1", (lamp, 1)))
    assert seen == ["reserved"]


@pytest.mark.parametrize("quantity", [1, 99])
async def test_failed_publish_is_tried_again_by_the_redelivery(shop: Shop, quantity: int) -> None:
    """The handler raises, so that nothing is acknowledged; what is published then has the same id each time."""
    lamp, broker = await shop.product(10), FakeBroker(failures=1)
    handle = on_order(shop.store, broker.as_broker)
    with pytest.raises(ConnectionError):
        await handle(created("order-1", (lamp, quantity)))
    before = await shop.books(lamp)
    for _ in range(2):
        assert await handle(created("order-1", (lamp, quantity))) == "ok"
    first, second = broker.sent
    assert first.event.id == second.event.id
    assert first.event.data == second.event.data
    assert await shop.books(lamp) == before


async def test_two_replicas_publish_the_same_decision(shop: Shop, second_store: Store) -> None:
    """One message, delivered to both at once: one id, one decision, one taking of stock."""
    lamp, broker = await shop.product(10), FakeBroker()
    handlers = [on_order(store, broker.as_broker) for store in (shop.store, second_store)]
    event = created("order-1", (lamp, 4))
    assert await asyncio.gather(*(handle(event) for handle in handlers)) == ["ok", "ok"]
    assert len({sent.event.id for sent in broker.sent}) == 1
    assert await shop.books(lamp) == (6, 4, 0)


async def test_ids_differ_between_orders_and_decisions(shop: Shop) -> None:
    """So that no event is taken for a copy of another."""
    lamp, broker = await shop.product(10), FakeBroker()
    handle = on_order(shop.store, broker.as_broker)
    for n, quantity in enumerate((1, 1, 99, 99)):
        await handle(created(f"order-{n}", (lamp, quantity)))
    assert len({sent.event.id for sent in broker.sent}) == 4


async def test_paid_and_cancelled(shop: Shop) -> None:
    """Change the stock, and publish nothing; a second time they are ignored."""
    lamp, broker = await shop.product(10), FakeBroker()
    handle = on_order(shop.store, broker.as_broker)
    for order in ("paid", "cancelled"):
        await handle(created(order, (lamp, 2)))
    published = len(broker.sent)
    for order in ("paid", "cancelled"):
        event = Event(type=f"order.{order}", data=ended(order))
        assert [await handle(event), await handle(event)] == ["ok", "ignored"]
    assert await shop.books(lamp) == (8, 0, 2)
    assert len(broker.sent) == published


@pytest.mark.parametrize("event_type", ["order.paid", "order.cancelled"])
async def test_order_that_is_over_waits_for_no_decision(shop: Shop, event_type: str) -> None:
    """Its redelivered order.created is ignored, and nothing is published."""
    lamp, broker = await shop.product(10), FakeBroker()
    handle = on_order(shop.store, broker.as_broker)
    await handle(created("order-1", (lamp, 2)))
    await handle(Event(type=event_type, data=ended("order-1")))
    assert await handle(created("order-1", (lamp, 2))) == "ignored"
    assert len(broker.sent) == 1


@pytest.mark.parametrize("event_type", ["order.created", "order.paid", "order.cancelled"])
async def test_examples_are_understood(shop: Shop, event_type: str) -> None:
    """What docs/events promises of other services' events is enough."""
    handle = on_order(shop.store, FakeBroker().as_broker)
    for example in SCHEMAS[event_type]["examples"]:
        assert await handle(Event(type=event_type, data=example)) in ("ok", "ignored")
