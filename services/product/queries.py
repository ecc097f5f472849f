"""Reading the catalogue."""

import re
from datetime import datetime
from enum import StrEnum
from typing import Any

from pymongo import ASCENDING, DESCENDING

from services.product.guard import Op
from services.product.schemas import Category, ProductView
from services.product.store import Document, Store, words_of
from services.shared.errors import NotFound, Unprocessable
from services.shared.schemas import Page, decode_cursor, encode_cursor

__all__ = ["Sort", "categories", "find_product", "list_products", "offers", "view"]


class Sort(StrEnum):
    """The order of a list; ties are broken by id."""

    NEWEST = "newest"
    NAME = "name"
    PRICE = "price"
    PRICE_DOWN = "-price"


_KEYS: dict[Sort, tuple[str, int, type[Any]]] = {
    Sort.NEWEST: ("createdAt", DESCENDING, datetime),
    Sort.NAME: ("name", ASCENDING, str),
    Sort.PRICE: ("priceCents", ASCENDING, int),
    Sort.PRICE_DOWN: ("priceCents", DESCENDING, int),
}
_LIVE = {"deleted": False}
_FIELDS = ["name", "description", "category", "priceCents", "currency", "imageUrl", "createdAt", "updatedAt"]
_READ = [*_FIELDS, "available"]  # not the reservations, of which there may be thousands


def view(document: Document) -> ProductView:
    """A product as clients see it."""
    shown = {name: document[name] for name in _FIELDS}
    return ProductView.model_validate({"id": document["_id"], "stock": document["available"], **shown})


async def find_product(store: Store, product_id: str) -> ProductView:
    """One product. Raises NotFound."""
    document = await store.products.find_one({"_id": product_id, **_LIVE}, _READ)
    if document is None:
        raise NotFound("There is no such product.")
    return view(document)


async def offers(store: Store, product_ids: list[str]) -> list[ProductView]:
    """Those of `product_ids` that are sold, as they are now."""
    found = store.products.find({"_id": Op({"$in": product_ids}), **_LIVE}, _READ)
    return [view(document) async for document in found]


async def categories(store: Store) -> list[Category]:
    """The categories with their counts, by name."""
    cursor = await store.products.aggregate(
        [{"$match": _LIVE}, {"$group": {"_id": "$category", "count": {"$sum": 1}}}, {"$sort": {"_id": 1}}]
    )
    return [Category(name=group["_id"], count=group["count"]) async for group in cursor]


async def list_products(
    store: Store,
    *,
    q: str | None,
    category: str | None,
    min_price: int | None,
    max_price: int | None,
    sort: Sort,
    limit: int,
    cursor: str | None,
) -> Page[ProductView]:
    """One page. q: words that must all occur in name or category, the last as a beginning of a word."""
    field, direction, kind = _KEYS[sort]
    conditions: list[Document] = [_LIVE]
    if q is not None:
        conditions.append(_matching(q))
    if category is not None:
        conditions.append({"category": category})
    prices = {k: v for k, v in (("$gte", min_price), ("$lte", max_price)) if v is not None}
    if prices:
        conditions.append({"priceCents": Op(prices)})
    if cursor is not None:
        name, value, last_id = decode_cursor(cursor, str, kind, str)
        if name != sort:
            raise Unprocessable("The cursor belongs to a list in another order.")
        beyond = "$gt" if direction == ASCENDING else "$lt"
        conditions.append({field: Op({f"{beyond}e": value})})  # says it again, in a way that bounds an index scan
        conditions.append({"$or": [{field: Op({beyond: value})}, {field: value, "_id": Op({beyond: last_id})}]})
    found = store.products.find({"$and": conditions}, _READ).sort([(field, direction), ("_id", direction)])
    documents = await found.limit(limit + 1).to_list()
    more = len(documents) > limit
    documents = documents[:limit]
    last = encode_cursor(sort.value, documents[-1][field], documents[-1]["_id"]) if more else None
    return Page(items=[view(document) for document in documents], next_cursor=last)


def _matching(q: str) -> Document:
    """MongoDB's $text is not used: it knows no beginnings of words, and the native stand-in has none."""
    words = words_of(q)
    if not words:
        return {}
    *complete, begun = words
    return {"$and": [*({"tokens": word} for word in complete), {"tokens": Op({"$regex": f"^{re.escape(begun)}"})}]}
