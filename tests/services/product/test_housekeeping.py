"""Decisions about orders end, without any being made again."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from services.product import housekeeping, reservations
from services.product.events import on_order
from services.product.guard import Op
from services.product.housekeeping import forget_old
from tests.services.product.shop import FakeBroker, Shop, lines
from tests.services.product.test_events import created
from tests.services.support import until

DAYS = range(10)


async def _decide(shop: Shop, product: str, day: int) -> None:
    """One order of each fate, so many days ago."""
    for fate in ("rejected", "reserved", "committed", "released", "deciding"):
        order = f"{fate}-{day}"
        if fate == "deciding":
            await reservations.commit(shop.store, order)  # nothing is known of it
            continue
        await reservations.reserve(shop.store, order, lines((product, 1_000 if fate == "rejected" else 1)))
        if fate == "committed":
            await reservations.commit(shop.store, order)
        if fate == "released":
            await reservations.release(shop.store, order)
    old = datetime.now(UTC) - timedelta(days=day, minutes=1)
    since = {"decidedAt": Op({"$gte": datetime.now(UTC) - timedelta(minutes=1)})}
    while (await shop.store.decisions.update_one(since, {"$set": {"decidedAt": old}})).matched_count and day:
        pass


async def test_a_long_time_leaves_a_week_of_decisions(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many there are. What is still reserved stays, as the order has yet to be paid or cancelled."""
    monkeypatch.setattr(housekeeping, "_BATCH", 3)
    product = await shop.product(100)
    for day in reversed(DAYS):
        await _decide(shop, product, day)
    task = asyncio.create_task(forget_old(shop.store))
    week = [f"{fate}-{day}" for fate in ("rejected", "committed", "released", "deciding") for day in range(7)]

    async def left() -> bool:
        found = await shop.store.decisions.find({}, ["_id"]).to_list()
        return {one["_id"] for one in found} == {*week, *(f"reserved-{day}" for day in DAYS)}

    await until(left)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert await shop.books(product) == (80, 10, 10)


async def test_an_old_message_decides_nothing(shop: Shop) -> None:
    """A copy of `order.created` that comes after its decision was forgotten reserves nothing a second time."""
    lamp, broker = await shop.product(10), FakeBroker()
    old = created("order-1", (lamp, 2)).model_copy(update={"time": datetime.now(UTC) - timedelta(days=8)})
    assert await on_order(shop.store, broker.as_broker)(old) == "ignored"
    assert await shop.books(lamp) == (10, 0, 0)
    assert broker.events == []
    assert await shop.state("order-1") is None
