"""Reading the catalogue."""

import re
from datetime import datetime
from enum import StrEnum
from typing import Any

from pydantic import BaseModel, ConfigDict
from pymongo import ASCENDING, DESCENDING

from services.product.guard import Op
from services.product.schemas import (
    CategoryResponse,
    LowStockResponse,
    ProductDetailsResponse,
    ProductPageResponse,
    ProductResponse,
)
from services.product.store import LOW_STOCK, Document, Store
from services.product.vocabulary import Vocabulary
from services.product.words import words_of
from services.shared.errors import NotFound, Unprocessable
from services.shared.flags import flags
from services.shared.schemas import Page, decode_cursor, encode_cursor

__all__ = [
    "COUNTED",
    "LOW_STOCK",
    "Criteria",
    "Sort",
    "categories",
    "count_products",
    "details",
    "find_product",
    "list_products",
    "low_stock",
    "offers",
    "search",
    "where",
]

COUNTED = 1_000  # products: a list with more of them says so many
_MOST_LOW = 50  # products that one look at low stock tells of


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
_FIELDS = [
    *("name", "description", "category", "priceCents", "currency", "imageUrl"),
    *("createdAt", "updatedAt", "version"),
]
_READ = [*_FIELDS, "available"]  # not the reservations, of which there may be thousands
_MORE = ["specifications", "deliveryDays"]  # what a product alone has and a list does without


class Criteria(BaseModel):
    """What a list is narrowed to. q: words that must all occur in name or category, the last as a beginning."""

    model_config = ConfigDict(frozen=True)

    q: str | None = None
    category: str | None = None
    min_price: int | None = None
    max_price: int | None = None


def _view(document: Document) -> ProductResponse:
    return ProductResponse.model_validate(_shown(document))


def details(document: Document) -> ProductDetailsResponse:
    """A product with everything that there is to tell of it; one from before has fewer of these fields."""
    more = {name: document[name] for name in _MORE if name in document}
    return ProductDetailsResponse.model_validate({**_shown(document), **more})


def _shown(document: Document) -> Document:
    return {"id": document["_id"], "stock": document["available"], **{name: document[name] for name in _FIELDS}}


async def find_product(store: Store, product_id: str) -> ProductDetailsResponse:
    """One product. Raises NotFound."""
    document = await store.products.find_one({"_id": product_id}, [*_READ, *_MORE, *_LIVE])
    if document is None or document["deleted"]:
        raise NotFound("There is no such product.")
    return details(document)


async def low_stock(store: Store) -> LowStockResponse:
    """The products of which few are left or none, the fewest first, and whether there are more of these."""
    few = {**_LIVE, "available": Op({"$lte": LOW_STOCK})}
    found = store.products.find(few, _READ).sort([("available", ASCENDING), ("_id", ASCENDING)])
    documents = await found.limit(_MOST_LOW + 1).to_list()
    items = [_view(document) for document in documents[:_MOST_LOW]]
    return LowStockResponse(items=items, is_more=len(documents) > _MOST_LOW)


async def offers(store: Store, product_ids: list[str]) -> list[ProductResponse]:
    """The products among `product_ids` that are sold, as they are now."""
    # By their ids alone: the native stand-in needs three times as long for one condition more.
    found = store.products.find({"_id": Op({"$in": product_ids})}, [*_READ, *_LIVE])
    sold = [_view(document) async for document in found if not document["deleted"]]
    if flags.are_on and (wrong := flags.value("wrong-price")):
        return [one.model_copy(update={"price_cents": one.price_cents // wrong["divided_by"]}) for one in sold]
    return sold


async def categories(store: Store) -> list[CategoryResponse]:
    """The categories with their counts, by name."""
    cursor = await store.products.aggregate(
        [{"$match": _LIVE}, {"$group": {"_id": "$category", "count": {"$sum": 1}}}, {"$sort": {"_id": 1}}]
    )
    return [CategoryResponse(name=group["_id"], count=group["count"]) async for group in cursor]


async def search(
    store: Store, vocabulary: Vocabulary, criteria: Criteria, *, sort: Sort, limit: int, cursor: str | None
) -> ProductPageResponse:
    """One page. When the first one is empty, the words are searched as they were probably meant."""
    options: dict[str, Any] = {"sort": sort, "limit": limit, "cursor": cursor}
    page = await list_products(store, criteria, **options)
    meant = None
    if criteria.q and cursor is None and not page.items:
        meant = await vocabulary.correct(criteria.q)
        if meant is not None:
            criteria = criteria.model_copy(update={"q": meant})
            page = await list_products(store, criteria, **options)
    total = None
    if cursor is None and page.next_cursor is None:
        total = len(page.items)
    elif cursor is None and criteria != Criteria():  # of the whole catalogue the categories tell it
        total = await count_products(store, criteria, COUNTED)
    searched_for = meant if page.items else None
    return ProductPageResponse(
        items=page.items, next_cursor=page.next_cursor, total=total, searched_for=searched_for
    )


async def list_products(
    store: Store, criteria: Criteria, *, sort: Sort, limit: int, cursor: str | None
) -> Page[ProductResponse]:
    """Find one page of the products that `criteria` narrow a list to."""
    field, direction, kind = _KEYS[sort]
    found_by = where(criteria)
    if cursor is not None:
        name, value, last_id = decode_cursor(cursor, str, kind, str)
        if name != sort:
            raise Unprocessable("The cursor belongs to a list in another order.", kind="invalid-cursor")
        beyond = "$gt" if direction == ASCENDING else "$lt"
        _narrow(found_by, field, f"{beyond}e", value)  # says it again, in a way that bounds an index scan
        found_by["$or"] = [{field: Op({beyond: value})}, {field: value, "_id": Op({beyond: last_id})}]
    found = store.products.find(found_by, _READ).sort([(field, direction), ("_id", direction)])
    documents = await found.limit(limit + 1).to_list()
    more = len(documents) > limit
    documents = documents[:limit]
    if flags.are_on and flags.value("n-plus-one"):
        documents = [await store.products.find_one({"_id": one["_id"]}, _READ) or one for one in documents]
    last = encode_cursor(sort.value, documents[-1][field], documents[-1]["_id"]) if more else None
    return Page(items=[_view(document) for document in documents], next_cursor=last)


async def count_products(store: Store, criteria: Criteria, most: int) -> int:
    """How many products there are, counted no further than `most`."""
    return await store.products.count_documents(where(criteria), limit=most)


def where(criteria: Criteria) -> Document:
    """Each field stands by itself, not within `$and`: the native stand-in finds an index only for these."""
    conditions: Document = {**_LIVE}
    if criteria.q is not None and (matching := _matching(criteria.q)):
        conditions["tokens"] = matching
    if criteria.category is not None:
        conditions["category"] = criteria.category
    for operator, price in (("$gte", criteria.min_price), ("$lte", criteria.max_price)):
        if price is not None:
            _narrow(conditions, "priceCents", operator, price)
    return conditions


def _narrow(conditions: Document, field: str, operator: str, value: Any) -> None:
    """Bound a field, which may have such a bound already: the narrower one counts."""
    bounds = conditions.setdefault(field, Op())
    narrower = max if operator == "$gte" else min
    bounds[operator] = narrower(value, bounds.get(operator, value))


def _matching(q: str) -> Op:
    """MongoDB's $text is not used: it knows no beginnings of words, and the native stand-in has none."""
    words = words_of(q)
    if not words:
        return Op()
    *complete, begun = words
    beginning = {"$regex": f"^{re.escape(begun)}"}
    return Op({"$all": complete, **beginning} if complete else beginning)
