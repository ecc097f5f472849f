"""The stock of an order: all or nothing, once, and never more than there is."""

import asyncio
import copy
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from observability.testing import CapturedSpans, MetricDelta
from services.product.reservations import commit, release, reserve
from services.product.store import Document, Store
from services.shared.events.envelope import new_id
from tests.services.product.shop import Shop, lines


async def test_reserved_stock_is_no_longer_available(shop: Shop) -> None:
    """It is still there, though: held for the order."""
    lamp, desk = await shop.product(10), await shop.product(5)
    assert await reserve(shop.store, "order-1", lines((lamp, 3), (desk, 5))) == ("reserved", [])
    assert await shop.books(lamp) == (7, 3, 0)
    assert await shop.books(desk) == (0, 5, 0)


@pytest.mark.parametrize("position", [0, 1, 2])
async def test_all_or_nothing(shop: Shop, position: int) -> None:
    """One line that is short, wherever it stands, and nothing stays reserved."""
    products = [await shop.product(1 if n == position else 10) for n in range(3)]
    wanted = lines(*((product, 2) for product in products))
    assert await reserve(shop.store, "order-1", wanted) == ("rejected", [products[position]])
    assert [await shop.books(product) for product in products] == [
        (1 if n == position else 10, 0, 0) for n in range(3)
    ]


async def test_every_short_product_is_named(shop: Shop) -> None:
    """What is unknown, deleted or too little is short; what is there is not."""
    little, plenty, gone = await shop.product(1), await shop.product(9), await shop.product(9)
    await shop.store.products.update_one({"_id": gone}, {"$set": {"deleted": True}})
    decision, short = await reserve(
        shop.store, "order-1", lines(("unknown", 1), (little, 2), (plenty, 2), (gone, 1))
    )
    assert decision == "rejected"
    assert set(short) == {"unknown", little, gone}
    assert await shop.books(plenty) == (9, 0, 0)


class Watched:
    """The store of a worker: `before` is called before each update of a product. tried: what it reserved."""

    def __init__(self, shop: Shop, before: Callable[[str, Document], Awaitable[None]]) -> None:
        self.tried: list[str] = []
        self.store = copy.copy(shop.store)
        self.store.products = copy.copy(shop.store.products)
        update = shop.store.products.update_one

        async def watched(which: Document, change: Document, **options: Any) -> Any:
            if "$push" in change:
                self.tried.append(which["_id"])
            await before(which["_id"], change)
            return await update(which, change, **options)

        self.store.products.update_one = watched  # type: ignore[assignment,method-assign]


async def test_order_that_cannot_have_all_is_in_nobodys_way(shop: Shop) -> None:
    """Nothing is reserved for it, not even for a moment: another order would fail by that."""
    plenty, none = [await shop.product(stock) for stock in (1, 0)]  # in the order of their ids
    other = list[object]()

    async def before(_: str, change: Document) -> None:
        if "$pull" in change and not other:
            other.append(await reserve(shop.store, "other", lines((plenty, 1))))

    watched = Watched(shop, before)
    assert await reserve(watched.store, "order", lines((plenty, 1), (none, 1))) == ("rejected", [none])
    assert other == [("reserved", [])]
    assert watched.tried == []


async def test_order_that_fails_holds_nothing_from_then_on(shop: Shop) -> None:
    """A product was sold out after the look: the others are not reserved any more."""
    products = [await shop.product(stock) for stock in (9, 2, 9)]  # in the order of their ids

    async def sell_out(product: str, _: Document) -> None:
        if product == products[0]:
            await reserve(shop.store, "other", lines((products[1], 1)))

    watched = Watched(shop, sell_out)
    wanted = lines(*((product, 2) for product in products))
    assert await reserve(watched.store, "order-1", wanted) == ("rejected", [products[1]])
    assert watched.tried == products[:2]
    assert [await shop.books(product) for product in products] == [(9, 0, 0), (1, 1, 0), (9, 0, 0)]


async def test_order_of_one_line_is_not_looked_at_first(shop: Shop, captured_spans: CapturedSpans) -> None:
    """One update decides, and most orders have one line."""
    await reserve(shop.store, "order-1", lines((await shop.product(1), 1)))
    commands = [(span.attributes or {}).get("db.operation.name") for span in captured_spans.all]
    assert commands == ["insert", "insert", "update", "update"]  # the product, the lease, the line, the decision


async def test_lines_of_one_product_are_one(shop: Shop) -> None:
    """Whoever names a product twice gets it twice, or not at all."""
    lamp = await shop.product(5)
    assert await reserve(shop.store, "order-1", lines((lamp, 2), (lamp, 3))) == ("reserved", [])
    assert await shop.books(lamp) == (0, 5, 0)
    assert (await reserve(shop.store, "order-2", lines((lamp, 1), (lamp, 1))))[0] == "rejected"


@pytest.mark.parametrize(("stock", "expected"), [(5, "reserved"), (1, "rejected")])
async def test_deciding_again_changes_nothing(shop: Shop, stock: int, expected: str) -> None:
    """The decision stands, even when it would be another one today; it is counted once."""
    lamp = await shop.product(stock)
    counted = MetricDelta("shop_stock_reservations_total", outcome=expected)
    first = await reserve(shop.store, "order-1", lines((lamp, 2)))
    await shop.store.products.update_one({"_id": lamp}, {"$inc": {"available": 100}})
    assert await reserve(shop.store, "order-1", lines((lamp, 2))) == first
    assert first[0] == expected
    assert counted.value == 1
    await shop.store.products.update_one({"_id": lamp}, {"$inc": {"available": -100}})
    assert await shop.books(lamp) == ((3, 2, 0) if expected == "reserved" else (1, 0, 0))


async def test_many_orders_at_once_never_oversell(shop: Shop, second_store: Store) -> None:
    """Fifty orders over two replicas for a stock of twenty: twenty get one, thirty are told no."""
    lamp = await shop.product(20)
    results = await asyncio.gather(
        *(reserve((shop.store, second_store)[n % 2], f"order-{n}", lines((lamp, 1))) for n in range(50))
    )
    assert sorted(decision for decision, _ in results) == ["rejected"] * 30 + ["reserved"] * 20
    assert await shop.books(lamp) == (0, 20, 0)


async def test_of_orders_that_want_the_same_one_gets_it(shop: Shop, second_store: Store) -> None:
    """They name the products in different orders, and still do not all fail by what the others hold."""
    products = [await shop.product(1) for _ in range(3)]
    replicas = [shop.store, second_store]
    ways = [lines(*((product, 1) for product in order)) for order in (products, products[::-1])]
    for _ in range(5):
        orders = [new_id() for _ in range(8)]
        results = await asyncio.gather(
            *(reserve(replicas[n % 2], order, ways[n % 2]) for n, order in enumerate(orders))
        )
        assert [decision for decision, _ in results].count("reserved") == 1
        for order in orders:
            await release(shop.store, order)


async def test_two_deliveries_at_once_make_one_decision(shop: Shop, second_store: Store) -> None:
    """Two workers get the same message: both answer alike, and the stock is taken once."""
    lamp = await shop.product(10)
    counted = MetricDelta("shop_stock_reservations_total", outcome="reserved")
    results = await asyncio.gather(
        *(reserve(store, "order-1", lines((lamp, 4))) for store in (shop.store, second_store) * 3)
    )
    assert results == [("reserved", [])] * 6
    assert counted.value == 1
    assert await shop.books(lamp) == (6, 4, 0)


async def test_paid_stock_is_sold(shop: Shop) -> None:
    """Once, however often it is told."""
    lamp = await shop.product(10)
    await reserve(shop.store, "order-1", lines((lamp, 4)))
    assert await commit(shop.store, "order-1")
    assert not await commit(shop.store, "order-1")
    assert await shop.books(lamp) == (6, 0, 4)


async def test_cancelled_stock_is_available_again(shop: Shop) -> None:
    """Once, however often it is told; a product that was deleted meanwhile gets it back too."""
    lamp = await shop.product(10)
    await reserve(shop.store, "order-1", lines((lamp, 4)))
    await shop.store.products.update_one({"_id": lamp}, {"$set": {"deleted": True}})
    assert await release(shop.store, "order-1")
    assert not await release(shop.store, "order-1")
    assert await shop.books(lamp) == (10, 0, 0)


async def test_what_is_final_stays(shop: Shop) -> None:
    """Paid after cancelled, cancelled after paid, either after rejected: ignored."""
    lamp = await shop.product(10)
    for order in ("paid", "cancelled"):
        await reserve(shop.store, order, lines((lamp, 2)))
    await reserve(shop.store, "rejected", lines((lamp, 50)))
    await commit(shop.store, "paid")
    await release(shop.store, "cancelled")
    assert not await release(shop.store, "paid")
    assert not await commit(shop.store, "cancelled")
    assert not await commit(shop.store, "rejected")
    assert not await release(shop.store, "rejected")
    assert await shop.books(lamp) == (8, 0, 2)
    assert await reserve(shop.store, "paid", lines((lamp, 2))) == ("committed", [])


async def test_paid_before_created_is_ignored(shop: Shop) -> None:
    """And does not keep the order from being decided."""
    lamp = await shop.product(10)
    assert not await commit(shop.store, "order-1")
    assert await reserve(shop.store, "order-1", lines((lamp, 1))) == ("reserved", [])


async def test_cancelled_before_created_reserves_nothing(shop: Shop) -> None:
    """The cancellation leaves a tombstone, which the late order finds."""
    lamp = await shop.product(10)
    assert await release(shop.store, "order-1")
    assert await reserve(shop.store, "order-1", lines((lamp, 1))) == ("released", [])
    assert await shop.books(lamp) == (10, 0, 0)


async def test_cancelled_while_deciding(shop: Shop, second_store: Store) -> None:
    """Whoever comes first: at the end nothing is held, and the order is released."""
    lamp, desk = await shop.product(10), await shop.product(10)
    for n in range(8):
        wanted = lines((lamp, 1), (desk, 1))
        await asyncio.gather(reserve(shop.store, f"order-{n}", wanted), release(second_store, f"order-{n}"))
        assert await shop.state(f"order-{n}") == "released"
    assert (await shop.books(lamp), await shop.books(desk)) == ((10, 0, 0), (10, 0, 0))


async def test_release_finds_reservations_by_an_index(shop: Shop) -> None:
    """Not by reading every product."""
    plan = await shop.store.products.find({"reservations.orderId": "x"}).explain()
    assert "IXSCAN" in str(plan["queryPlanner"]["winningPlan"])


async def test_spans_carry_the_order(shop: Shop, captured_spans: CapturedSpans) -> None:
    """So that a trace is found by it, and each command is seen."""
    lamp = await shop.product(1)
    await reserve(shop.store, "order-1", lines((lamp, 1)))
    assert {(span.attributes or {}).get("db.system.name") for span in captured_spans.all} == {"mongodb"}
