"""What is no scalar never gets into a filter of MongoDB, whoever lets it through before."""

from typing import Any

import pytest

from services.product import reservations
from services.product.commands import delete_product
from services.product.guard import Op, check_filter
from services.product.leases import leased
from services.product.queries import find_product, offers
from services.product.store import Store
from tests.services.product.shop import Shop, lines

FOREIGN: list[Any] = [
    {"$gte": "0"},
    {"$ne": ""},
    {"a": 1},
    ["order-1"],
    [{"$gte": ""}],
    1,
    1.5,
    {"$regex": "."},
    b"x",
]


@pytest.mark.parametrize("order_id", FOREIGN, ids=ascii)
async def test_no_order_is_found_by_an_operator(shop: Shop, order_id: Any) -> None:
    """`{"$gte": "0"}` would be the first order there is: its stock would be sold, or free for others."""
    lamp = await shop.product(10)
    await reservations.reserve(shop.store, "order-1", lines((lamp, 4)))
    for act in (reservations.release, reservations.commit):
        with pytest.raises(TypeError):
            await act(shop.store, order_id)
    with pytest.raises(TypeError):
        await reservations.reserve(shop.store, order_id, lines((lamp, 1)))
    with pytest.raises(TypeError):
        async with leased(shop.store, order_id):
            pytest.fail("held")
    assert await shop.books(lamp) == (6, 4, 0)
    assert await shop.state("order-1") == "reserved"


@pytest.mark.parametrize("product_id", FOREIGN, ids=ascii)
async def test_no_product_is_found_by_an_operator(shop: Shop, product_id: Any) -> None:
    """Neither read, nor deleted, nor reserved."""
    lamp = await shop.product(10)
    with pytest.raises(TypeError, match="is compared with"):
        await find_product(shop.store, product_id)
    with pytest.raises(TypeError, match="is compared with"):
        await delete_product(store=shop.store, product_id=product_id)
    with pytest.raises(TypeError):
        await offers(shop.store, [product_id])
    with pytest.raises(TypeError):
        await reservations.reserve(shop.store, "order-1", [{"productId": product_id, "quantity": 1}])
    assert await shop.books(lamp) == (10, 0, 0)


@pytest.mark.parametrize("quantity", [{"$gt": 0}, "1", None, 1.5, [1]], ids=ascii)
async def test_stock_changes_by_whole_numbers(shop: Shop, quantity: Any) -> None:
    """Whatever the line says."""
    lamp = await shop.product(10)
    with pytest.raises(TypeError):
        await reservations.reserve(shop.store, "order-1", [{"productId": lamp, "quantity": quantity}])
    assert await shop.books(lamp) == (10, 0, 0)


@pytest.mark.parametrize(
    "where",
    [
        {"_id": {"$gte": ""}}, {"$or": [{"_id": {"$gte": ""}}]}, {"$where": "true"},
        {"$expr": Op({"$eq": [{"a": 1}, 1]})},
        {"reservations": Op({"$elemMatch": {"orderId": {"$gte": ""}}})}, {"_id": Op({"$in": [{"$gte": ""}]})},
        {"$and": {"a": 1}}, {"name": {}}, {"name": ["a"]},
    ],
    ids=ascii,
)  # fmt: skip
def test_filters_with_foreign_operators(where: dict[str, Any]) -> None:
    """At every depth."""
    with pytest.raises(TypeError):
        check_filter(where)


async def test_update_that_searches(store: Store) -> None:
    """`$pull` takes a filter too."""
    with pytest.raises(TypeError):
        await store.products.update_one({"_id": "1"}, {"$pull": {"reservations": {"orderId": {"$gte": ""}}}})
