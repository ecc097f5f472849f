"""What a lost queue may have held is published again: recent decisions and changes, under known ids."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pymongo.asynchronous.cursor import AsyncCursor

from services.product import replay
from services.product.events import on_order
from services.product.relay import waiting
from services.product.replay import again
from services.product.reservations import commit, reserve
from services.product.schemas import NewProductRequest
from tests.services.product.shop import FakeBroker, Shop, add_product, lines
from tests.services.product.test_events import created
from tests.services.product.test_relay import emptied, publishing
from tests.services.support import until


def seven_hours_ago() -> datetime:
    """When what is old here happened."""
    return datetime.now(UTC) - timedelta(hours=7)


async def test_recent_decisions_are_told_again(shop: Shop) -> None:
    """Those that an order may still wait for, word by word as before; not those that are over or long ago."""
    lamp, broker = await shop.product(10), FakeBroker()
    handle = on_order(shop.store, broker.as_broker)
    for order, quantity in (("reserved", 1), ("rejected", 99), ("paid", 1), ("old", 1)):
        await handle(created(order, (lamp, quantity)))
    await commit(shop.store, "paid")
    await shop.store.decisions.update_one({"_id": "old"}, {"$set": {"decidedAt": seven_hours_ago()}})
    told = {sent.event.data.order_id: sent.event for sent in broker.sent}
    broker.sent.clear()
    assert await again(shop.store, broker.as_broker, {"stock.reserved", "stock.rejected"}) == 2
    repeated = {sent.event.data.order_id: sent.event for sent in broker.sent}
    assert set(repeated) == {"reserved", "rejected"}
    for order, event in repeated.items():
        assert (event.id, event.type, event.data) == (told[order].id, told[order].type, told[order].data)


async def test_many_decisions_are_read_a_few_at_a_time(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each is told once, and no more are fetched ahead than are told at once: there may be six hours of them."""
    monkeypatch.setattr(replay, "_AT_ONCE", 3)
    lamp, broker = await shop.product(10), FakeBroker()
    for number in range(8):
        await reserve(shop.store, f"order-{number}", lines((lamp, 1)))
    fetched: list[int] = []
    to_list = AsyncCursor.to_list

    async def counting(cursor: AsyncCursor[Any], length: int | None = None) -> list[Any]:
        found = await to_list(cursor, length)
        fetched.append(len(found))
        return found

    monkeypatch.setattr(AsyncCursor, "to_list", counting)
    assert await again(shop.store, broker.as_broker, {"stock.reserved"}) == 8
    assert sorted(sent.event.data.order_id for sent in broker.sent) == [f"order-{number}" for number in range(8)]
    assert max(fetched) == 3


async def test_only_what_is_asked_for(shop: Shop) -> None:
    """Nothing of other types."""
    lamp, broker = await shop.product(10), FakeBroker()
    await on_order(shop.store, broker.as_broker)(created("order-1", (lamp, 1)))
    broker.sent.clear()
    assert await again(shop.store, broker.as_broker, {"stock.rejected"}) == 0
    assert broker.sent == []


async def test_failing_publish_leaves_the_question(shop: Shop) -> None:
    """It raises, so that it is asked again."""
    lamp, broker = await shop.product(10), FakeBroker()
    await on_order(shop.store, broker.as_broker)(created("order-1", (lamp, 1)))
    broker.failures = 1
    with pytest.raises(ConnectionError):
        await again(shop.store, broker.as_broker, {"stock.reserved"})


async def test_recent_changes_are_told_again(shop: Shop) -> None:
    """Each product as it is now, under an id of its own that is the same each time."""
    broker = FakeBroker()
    new = NewProductRequest(name="Lamp", category="Home", priceCents=100, stock=3)
    products = {await add_product(shop.store, new) for _ in range(2)}
    await shop.product(at=seven_hours_ago())
    ids = []
    for _ in range(3):
        async with publishing(shop.store, broker):
            for product in products:
                await until(emptied(shop, product))
        assert {sent.event.data.product_id for sent in broker.sent} == products
        ids.append({sent.event.id for sent in broker.sent})
        broker.sent.clear()
        assert await again(shop.store, broker.as_broker, {"product.changed"}) == 2
        assert await again(shop.store, broker.as_broker, {"product.changed"}) == 2
    assert [len(found) for found in ids] == [2, 2, 2]
    assert ids[0].isdisjoint(ids[1])
    assert ids[1] == ids[2]


async def test_backlog_of_changes_is_measured(shop: Shop) -> None:
    """How many wait, and how long the oldest; nothing when all is told."""
    assert (await waiting(shop.store)).events == 0
    product = await add_product(
        shop.store, NewProductRequest(name="Lamp", category="Home", priceCents=100, stock=3)
    )
    await shop.store.products.update_one({"_id": product}, {"$set": {"outbox.0.at": seven_hours_ago()}})
    seen = await waiting(shop.store)
    assert seen.events == 1
    assert 7 * 3600 <= seen.seconds < 7 * 3600 + 600
    async with publishing(shop.store, FakeBroker()):
        await until(emptied(shop, product))
    assert (await waiting(shop.store)).seconds == 0


async def test_change_that_is_no_event_holds_up_its_product_only(shop: Shop) -> None:
    """One product that cannot be told keeps its entry; others are told."""
    bad, good = [
        await add_product(shop.store, NewProductRequest(name=name, category="H", priceCents=1, stock=1))
        for name in ("Bad", "Good")
    ]
    await shop.store.products.update_one({"_id": bad}, {"$set": {"outbox.0.id": "no id"}})
    async with publishing(shop.store, FakeBroker()):
        await until(emptied(shop, good))
    assert len((await shop.find(bad))["outbox"]) == 1
