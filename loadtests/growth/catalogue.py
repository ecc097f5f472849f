"""Reads of the catalogue, past the cache, while it has more and more products."""

import math
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from pymongo import AsyncMongoClient

from loadtests.growth.timing import milliseconds
from services.product import queries
from services.product.queries import Criteria, Sort
from services.product.store import STORE_ERRORS, Store
from services.shared.schemas import encode_cursor

__all__ = ["catalogue"]

_BATCH = 1_000
_EPOCH = datetime(2024, 1, 1, tzinfo=UTC)


async def catalogue(url: str, sizes: Sequence[int]) -> AsyncIterator[tuple[int, dict[str, float]]]:
    """For each size the milliseconds of each kind of read. It begins with an empty catalogue."""
    store = Store(url)
    client: AsyncMongoClient[dict[str, Any]] = AsyncMongoClient(url)
    products = client.get_default_database()["products"]
    await products.delete_many({})
    there = 0
    for size in sizes:
        for first in range(there, size, _BATCH):
            await products.insert_many([_product(n) for n in range(first, min(size, first + _BATCH))])
        there = size
        yield size, {name: await _milliseconds(read) for name, read in _reads(store, size).items()}
    await products.delete_many({})
    await client.close()
    await store.close()


async def _milliseconds(read: Callable[[], Any]) -> float:
    try:
        return await milliseconds(read)
    except STORE_ERRORS:  # it takes longer than the service waits: 503
        return math.inf


def _reads(store: Store, size: int) -> dict[str, Callable[[], Any]]:
    middle = _product(size // 2)
    cursor = encode_cursor(Sort.NEWEST.value, middle["createdAt"], middle["_id"])

    def page(criteria: Criteria, sort: Sort = Sort.NEWEST, cursor: str | None = None) -> Callable[[], Any]:
        return lambda: queries.list_products(store, criteria, sort=sort, limit=20, cursor=cursor)

    return {
        "one product": lambda: queries.find_product(store, middle["_id"]),
        "20 by their ids": lambda: queries.offers(store, [_product(n)["_id"] for n in range(20)]),
        "first page": page(Criteria()),
        "page in the middle": page(Criteria(), cursor=cursor),
        "first page by price": page(Criteria(), Sort.PRICE),
        "first page of a category": page(Criteria(category="group 3")),
        "search for one word": page(Criteria(q=f"word{size // 2}")),
    }


def _product(number: int) -> dict[str, Any]:
    made = _EPOCH + timedelta(seconds=number)
    return {
        "_id": f"growth-{number}",
        "name": f"Thing {number}",
        "description": "A thing that is there to be counted.",
        "category": f"group {number % 12}",
        "priceCents": 100 + number * 7919 % 100_000,
        "currency": "EUR",
        "imageUrl": "/images/thing.svg",
        "createdAt": made,
        "updatedAt": made,
        "deleted": False,
        "version": 1,
        "tokens": sorted({"thing", f"word{number}", f"group{number % 12}"}),
        "available": 1_000,
        "reservations": [],
        "sold": 0,
        "outbox": [],
    }
