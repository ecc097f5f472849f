"""`product.changed`: told of every change, by whichever replica, until the broker has it."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from jsonschema import Draft202012Validator
from opentelemetry import trace

from observability import request_id
from services.product import relay
from services.product.commands import delete_product, edit_product
from services.product.guard import Op
from services.product.relay import Changes
from services.product.schemas import EditRequest, NewProductRequest
from services.product.store import Store
from tests.services.product.shop import FakeBroker, Shop, add_product, change_stock
from tests.services.support import until

SCHEMA = json.loads((Path(__file__).parents[3] / "docs/events/product.changed.json").read_text(encoding="utf-8"))
LAMP = NewProductRequest(name="Lamp", category="Home", priceCents=100, stock=3)


@asynccontextmanager
async def publishing(store: Store, broker: FakeBroker) -> AsyncIterator[Changes]:
    """A replica that publishes."""
    publisher = Changes(store, broker.as_broker)
    task = asyncio.create_task(publisher.run())
    try:
        yield publisher
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


def emptied(shop: Shop, product_id: str) -> Callable[[], Awaitable[bool]]:
    """Whether nothing of the product waits any more."""

    async def look() -> bool:
        return not (await shop.find(product_id))["outbox"]

    return look


async def test_every_change_is_told_and_then_forgotten(shop: Shop) -> None:
    """Added, edited, stocked, deleted: four events, each obeying its schema; the last has the last version."""
    product = await add_product(shop.store, LAMP)
    await edit_product(
        store=shop.store, product_id=product, edit=EditRequest(name="Big lamp", category="Home", priceCents=1)
    )
    await change_stock(shop.store, product, 2)
    await delete_product(store=shop.store, product_id=product)
    broker = FakeBroker()
    async with publishing(shop.store, broker):
        await until(emptied(shop, product))
    assert len({sent.event.id for sent in broker.sent}) == 4
    for event_type, data in broker.events:
        assert event_type == "product.changed"
        Draft202012Validator(SCHEMA).validate(data)
    last = broker.sent[-1].event.data.model_dump()
    assert (last["productId"], last["name"], last["version"], last["deleted"]) == (product, "Big lamp", 4, True)


async def test_change_is_told_at_once_when_woken(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """Long before the next look."""
    monkeypatch.setattr(relay, "_QUIET", 600.0)
    broker = FakeBroker()
    async with publishing(shop.store, broker) as publisher:
        for n in range(1, 4):
            product = await add_product(shop.store, LAMP)
            publisher.wake()
            await until(emptied(shop, product))
            assert len(broker.sent) == n


async def test_change_of_another_replica_is_found(
    shop: Shop, second_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By looking, since nobody wakes this one."""
    monkeypatch.setattr(relay, "_QUIET", 0.1)
    broker = FakeBroker()
    async with publishing(second_store, broker):
        product = await add_product(shop.store, LAMP)
        await until(emptied(shop, product))
    assert len(broker.sent) == 1


async def test_change_stays_until_the_broker_has_it(shop: Shop) -> None:
    """The publisher fails, which its supervisor sees; the next one tells the same event."""
    product = await add_product(shop.store, LAMP)
    (entry,) = (await shop.find(product))["outbox"]
    broker = FakeBroker(failures=1)
    with pytest.raises(ConnectionError):
        await Changes(shop.store, broker.as_broker).run()
    assert (await shop.find(product))["outbox"] == [entry]
    async with publishing(shop.store, broker):
        await until(emptied(shop, product))
    assert [sent.event.id for sent in broker.sent] == [f"{entry['id']}-1"]


async def test_two_publishers_tell_the_same_event(shop: Shop, second_store: Store) -> None:
    """Both may tell it; it has one id, by which consumers know a copy."""
    product = await add_product(shop.store, LAMP)
    both = asyncio.Barrier(2)

    async def meet(_: object) -> None:
        await both.wait()

    broker = FakeBroker(before=[meet])
    async with publishing(shop.store, broker), publishing(second_store, broker):
        await until(emptied(shop, product))
    assert len(broker.sent) == 2
    assert len({sent.event.id for sent in broker.sent}) == 1


async def test_change_during_the_publish_is_not_forgotten(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only what the broker has is removed, and who was woken meanwhile looks again."""
    monkeypatch.setattr(relay, "_QUIET", 600.0)
    product = await add_product(shop.store, LAMP)

    async def write(_: object) -> None:
        broker.before.clear()
        await change_stock(store=shop.store, product_id=product, delta=1)
        publisher.wake()

    broker = FakeBroker(before=[write])
    async with publishing(shop.store, broker) as publisher:
        await until(emptied(shop, product))
    assert [sent.event.data.version for sent in broker.sent] == [1, 2]


async def test_more_changes_than_one_batch(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """All are told, without waiting for the next look."""
    monkeypatch.setattr(relay, "_QUIET", 600.0)
    monkeypatch.setattr(relay, "_BATCH", 3)
    products = [await add_product(shop.store, LAMP) for _ in range(7)]
    broker = FakeBroker()
    async with publishing(shop.store, broker):
        for product in products:
            await until(emptied(shop, product))
    assert sorted(sent.event.data.product_id for sent in broker.sent) == sorted(products)


async def test_event_belongs_to_the_trace_and_request_of_its_write(shop: Shop) -> None:
    """However much later it is published."""
    with trace.get_tracer("test").start_as_current_span("edit") as span, request_id.bound("request-0001"):
        product = await add_product(shop.store, LAMP)
    broker = FakeBroker()
    async with publishing(shop.store, broker):
        await until(emptied(shop, product))
    (sent,) = broker.sent
    assert f"{span.get_span_context().trace_id:032x}" in sent.traceparent
    assert sent.request == "request-0001"


class _Loses:
    """A cursor whose driver loses the cancellation that meets its answer, as wait_for of Python 3.11 can."""

    def limit(self, _: int) -> "_Loses":
        return self

    async def to_list(self) -> list[Any]:
        task = asyncio.current_task()
        assert task is not None
        task.cancel()
        with suppress(asyncio.CancelledError):
            await asyncio.sleep(0)
        return []


async def test_cancellation_that_the_driver_loses_is_not_lost(store: Store) -> None:
    """Or the service would not come to its end."""
    publisher = Changes(store, FakeBroker().as_broker)
    store.products = cast(Any, SimpleNamespace(find=lambda *_: _Loses()))
    task = asyncio.create_task(publisher.run())
    done, _ = await asyncio.wait([task], timeout=5)
    assert done
    assert task.cancelled()


async def test_looking_uses_the_sparse_index(shop: Shop) -> None:
    """Each replica looks every second: it must not read the catalogue for that."""
    plan = await shop.store.products.find({"outbox.id": Op({"$exists": True})}).explain()
    assert "IXSCAN" in str(plan["queryPlanner"]["winningPlan"])
