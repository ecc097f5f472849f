"""Everything that admins change in the catalogue; what orders do to the stock is in reservations.py.

Each change raises `version`, and is told to others by `product.changed`.

The same Idempotency-Key twice: an added product has its id from the key, and a product keeps the keys of its last
changes of stock. So the write itself finds out, and no second one is needed.
"""

import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from pymongo import ReturnDocument
from pymongo.errors import DuplicateKeyError

from observability import request_id
from observability.logging import get_logger
from observability.spans import annotate, current_traceparent
from services.product.guard import Op
from services.product.queries import details
from services.product.schemas import (
    EditRequest,
    NewProductRequest,
    ProductDetailsResponse,
    ProductRequest,
    StockRequest,
)
from services.product.store import Document, Store
from services.product.words import tokens_of
from services.shared.errors import Conflict, NotFound, PreconditionFailed
from services.shared.etag import Conditions, finished
from services.shared.events.envelope import new_id
from services.shared.idempotency_key import fingerprint, reused

__all__ = ["add_product", "change_stock", "delete_product", "edit_product", "new_document"]

_UNCONDITIONAL = Conditions()
_MOST_KEYS = 20  # of changes of its stock that a product keeps: whoever sends one again does it soon
_NAMESPACE = uuid.UUID("b0d1c7a6-2f0e-4d2c-9d0a-7c5b9f1f6e3d")  # of what is named by an Idempotency-Key
_log = get_logger("catalogue")


def _now() -> datetime:
    """BSON keeps milliseconds."""
    now = datetime.now(UTC)
    return now.replace(microsecond=now.microsecond // 1000 * 1000)


def _fields(edit: ProductRequest) -> Document:
    return {
        "name": edit.name,
        "description": edit.description,
        "category": edit.category,
        "priceCents": edit.price_cents,
        "imageUrl": edit.image_url,
        "specifications": [line.model_dump() for line in edit.specifications],
        "deliveryDays": edit.delivery_days,
        "tokens": tokens_of(edit.name, edit.category),
    }


def _change(at: datetime) -> Document:
    """An entry of the embedded outbox; what it says is read from the product when it is published."""
    return {"id": new_id(), "at": at, "traceparent": current_traceparent(), "requestId": request_id.current()}


def new_document(product_id: str, product: NewProductRequest, currency: str, at: datetime) -> Document:
    """The document of a new product, with its first change to be told."""
    return {
        "_id": product_id,
        **_fields(product),
        "currency": currency,
        "available": product.stock,
        "reservations": [],
        "sold": 0,
        "version": 1,
        "deleted": False,
        "createdAt": at,
        "updatedAt": at,
        "outbox": [_change(_now())],  # not `at`, which a seed puts into the past: an event waits from now on
    }


def _named_by(user_id: str, key: str) -> str:
    """A key belongs to its user."""
    return str(uuid.uuid5(_NAMESPACE, f"{user_id}:{key}"))


async def add_product(
    *, store: Store, product: NewProductRequest, currency: str, user_id: str, key: str | None
) -> tuple[ProductDetailsResponse, bool]:
    """Add a product; second: whether it was there already by the Idempotency-Key."""
    document = new_document(_named_by(user_id, key) if key else new_id(), product, currency, _now())
    annotate(product_id=document["_id"])
    if key:
        document["addedAs"] = fingerprint(product)
    try:
        await store.products.insert_one(document)
    except DuplicateKeyError:
        before = await store.products.find_one({"_id": document["_id"]}, {"reservations": False})
        if before is None:  # nothing is ever removed
            raise
        if before["addedAs"] != document["addedAs"]:
            raise reused() from None
        return details(before), True
    _log.info("product.added", product_id=document["_id"])
    return details(document), False


async def edit_product(
    *, store: Store, product_id: str, edit: EditRequest, conditions: Conditions = _UNCONDITIONAL
) -> ProductDetailsResponse:
    """Replace what an admin may set. One that is as the edit wants it stays as it is.

    Raises NotFound, PreconditionFailed, and Conflict when it is not of the version that was read.
    """
    guard = {} if edit.version is None else {"version": edit.version}
    fields = _fields(edit)
    try:
        return await _update(store, product_id, {"$set": fields}, "edited", conditions, guard, _edited_meanwhile)
    except (Conflict, PreconditionFailed):  # the gateway repeats a PUT whose connection broke (RFC 9110, 13.1.1)
        before = await store.products.find_one({"_id": product_id, "deleted": False}, {"reservations": False})
        if before is None or conditions.none_match is not None or {**before, **fields} != before:
            raise
    return details(before)


async def delete_product(*, store: Store, product_id: str, conditions: Conditions = _UNCONDITIONAL) -> None:
    """Take a product off the shop; orders that have it keep it. Raises NotFound, PreconditionFailed."""
    await _update(store, product_id, {"$set": {"deleted": True}}, "deleted", conditions)


async def change_stock(
    *,
    store: Store,
    product_id: str,
    request: StockRequest,
    user_id: str,
    key: str | None,
    conditions: Conditions = _UNCONDITIONAL,
) -> tuple[ProductDetailsResponse, bool]:
    """Add to what is available, or take from it, but never what is reserved.

    Second: whether it was done already by the Idempotency-Key. Raises NotFound, Conflict, PreconditionFailed.
    """
    delta = request.delta
    guard: Document = {"available": Op({"$gte": -delta})}
    change: Document = {"$inc": {"available": delta}}
    if key is None:
        return await _update(store, product_id, change, "stocked", conditions, guard, _not_enough), False
    name = _named_by(user_id, key)
    guard["stockKeys.id"] = Op({"$ne": name})
    change["$push"] = {"stockKeys": {"$each": [{"id": name, "delta": delta}], "$slice": -_MOST_KEYS}}
    try:
        return await _update(store, product_id, change, "stocked", conditions, guard, _not_enough), False
    except (Conflict, PreconditionFailed):
        done = {"_id": product_id, "deleted": False, "stockKeys.id": name}
        if (before := await store.products.find_one(done, {"reservations": False})) is None:
            raise
    if {"id": name, "delta": delta} not in before["stockKeys"]:
        raise reused()
    return details(before), True


def _edited_meanwhile(now: Document) -> Conflict:
    return Conflict(
        "Somebody has changed the product since you read it.", kind="changed-meanwhile", version=now["version"]
    )


def _not_enough(now: Document) -> Conflict:
    return Conflict(
        "That is more than the stock that is not reserved.", kind="not-enough-stock", stock=now["available"]
    )


def _other_than_wanted() -> PreconditionFailed:
    return PreconditionFailed("The product is not as If-Match or If-None-Match wants it.")


async def _update(
    store: Store,
    product_id: str,
    change: Document,
    what: str,
    conditions: Conditions,
    guard: Document | None = None,
    refusal: Callable[[Document], Conflict] | None = None,
) -> ProductDetailsResponse:
    """Change a product that is sold. refusal: of the one that is there, but not as `guard` wants it."""
    sold = {"_id": product_id, "deleted": False}
    annotate(product_id=product_id)
    held: Document = {}
    if conditions and (found := await store.products.find_one(sold, {"reservations": False})):
        if not conditions.hold(finished(details(found))):
            raise _other_than_wanted()
        held = {"$and": [{"version": found["version"]}]}  # so that they still hold when the change is made
    now = _now()
    update: dict[str, Any] = {
        **change,
        "$set": {**change.get("$set", {}), "updatedAt": now},
        "$inc": {**change.get("$inc", {}), "version": 1},
        "$push": {**change.get("$push", {}), "outbox": _change(now)},
    }
    document = await store.products.find_one_and_update(
        {**sold, **(guard or {}), **held}, update, return_document=ReturnDocument.AFTER
    )
    if document is None:
        if (refusal or held) and (found := await store.products.find_one(sold, ["version", "available"])):
            if held and held["$and"] != [{"version": found["version"]}]:
                raise _other_than_wanted()
            if refusal:
                raise refusal(found)
        raise NotFound("There is no such product.")
    _log.info("product.changed", product_id=product_id, change=what, version=document["version"])
    return details(document)
