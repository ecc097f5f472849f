"""HTTP routes of the product service."""

from collections.abc import AsyncIterator
from typing import Annotated, Any

from fastapi import Depends, Query, Request, Response
from pydantic import Field

from observability.spans import annotate
from services.product import commands, queries
from services.product.queries import Criteria, Sort
from services.product.relay import Changes
from services.product.schemas import (
    CategoriesResponse,
    EditRequest,
    LowStockResponse,
    NewProductRequest,
    OffersResponse,
    ProductDetailsResponse,
    ProductPageResponse,
    StockRequest,
)
from services.product.settings import Settings
from services.product.store import Store
from services.product.vocabulary import Vocabulary
from services.shared.auth import Admin
from services.shared.bodies import Router
from services.shared.cache import Cache
from services.shared.etag import Conditional, finished, respond
from services.shared.idempotency_key import IdempotencyKey
from services.shared.openapi import headers, problems
from services.shared.parts import part
from services.shared.schemas import DIGITS, Identifier, Text

__all__ = ["internal", "router"]

router = Router(prefix="/api/products", tags=["products"])
internal = Router(prefix="/internal/products", include_in_schema=False)

Price = Annotated[int, Field(ge=0, le=100_000_000), DIGITS] | None
_CACHEABLE: dict[int | str, dict[str, Any]] = {
    200: headers("ETag", "X-Cache", "Cache-Control"),
    304: {"description": "The client has it already", **headers("ETag", "X-Cache", "Cache-Control")},
}
Words = Annotated[Text | None, Query(max_length=100)]


SettingsDep = Annotated[Settings, part(Settings)]
StoreDep = Annotated[Store, part(Store)]
CacheDep = Annotated[Cache, part(Cache)]
VocabularyDep = Annotated[Vocabulary, part(Vocabulary)]


async def _announce(changes: Annotated[Changes, part(Changes)], cache: CacheDep) -> AsyncIterator[None]:
    """After a write: no reader sees the old catalogue, and the change is published at once."""
    yield
    changes.wake()
    await cache.invalidate()


def _cacheable(request: Request, stored: bytes, hit: bool) -> Response:
    """With X-Cache, for whoever wants to see the cache work."""
    return respond(request, stored, {"X-Cache": "HIT" if hit else "MISS", "Cache-Control": "no-cache"})


_ANNOUNCED = [Depends(_announce, scope="function")]  # before the answer is sent


@router.get("", response_model=ProductPageResponse, responses=_CACHEABLE)
async def list_products(
    request: Request,
    store: StoreDep,
    cache: CacheDep,
    vocabulary: VocabularyDep,
    q: Words = None,
    category: Words = None,
    min_price: Annotated[Price, Query(alias="minPrice")] = None,
    max_price: Annotated[Price, Query(alias="maxPrice")] = None,
    sort: Sort = Sort.NEWEST,
    limit: Annotated[int, Query(ge=1, le=100), DIGITS] = 20,
    cursor: Annotated[str | None, Query(max_length=2_000)] = None,
) -> Response:
    """The catalogue, searched, filtered and sorted. Prices in minor units; may be 5 s old.

    Words that nothing has are searched as they were probably meant; `searchedFor` says so.
    """
    criteria = Criteria(q=q, category=category, min_price=min_price, max_price=max_price)

    async def load() -> bytes:
        return finished(await queries.search(store, vocabulary, criteria, sort=sort, limit=limit, cursor=cursor))

    key = repr((q, category, min_price, max_price, sort.value, limit, cursor))
    return _cacheable(request, *await cache.get_or_load(f"list:{key}", load))


@router.get("/categories", response_model=CategoriesResponse, responses=_CACHEABLE)
async def list_categories(request: Request, store: StoreDep, cache: CacheDep) -> Response:
    """The categories, and how many products are in each."""

    async def load() -> bytes:
        return finished(CategoriesResponse(items=await queries.categories(store)))

    return _cacheable(request, *await cache.get_or_load("categories", load))


@router.get("/low-stock", responses=problems(403))
async def low_stock(_: Admin, store: StoreDep) -> LowStockResponse:
    """The products of which few are left or none, at this moment (admin)."""
    return await queries.low_stock(store)


@router.get("/{product_id}", response_model=ProductDetailsResponse, responses=_CACHEABLE | problems(404))
async def product(product_id: Identifier, request: Request, store: StoreDep, cache: CacheDep) -> Response:
    """One product; may be 5 s old."""
    annotate(product_id=product_id)

    async def load() -> bytes:
        return finished(await queries.find_product(store, product_id))

    return _cacheable(request, *await cache.get_or_load(f"product:{product_id}", load))


@router.post(
    "",
    status_code=201,
    dependencies=_ANNOUNCED,
    responses={201: headers("Location", "Idempotency-Replayed"), **problems(403)},
)
async def add_product(
    body: NewProductRequest,
    user: Admin,
    response: Response,
    store: StoreDep,
    settings: SettingsDep,
    key: IdempotencyKey = None,
) -> ProductDetailsResponse:
    """Add a product (admin); the same Idempotency-Key gives the same product."""
    added, repeated = await commands.add_product(
        store=store, product=body, currency=settings.currency, user_id=user.id, key=key
    )
    response.headers["Location"] = f"/api/products/{added.id}"
    if repeated:
        response.headers["Idempotency-Replayed"] = "true"
    return added


@router.put("/{product_id}", dependencies=_ANNOUNCED, responses=problems(403, 404, 409))
async def edit_product(
    product_id: Identifier, body: EditRequest, _: Admin, store: StoreDep, conditions: Conditional
) -> ProductDetailsResponse:
    """Replace a product's description and price (admin); its stock stays.

    With the `version` that was read, an edit of somebody else in between is not overwritten. `If-Match` wants
    more: that the stock is the same too.
    """
    return await commands.edit_product(store=store, product_id=product_id, edit=body, conditions=conditions)


@router.delete("/{product_id}", status_code=204, dependencies=_ANNOUNCED, responses=problems(403, 404))
async def delete_product(product_id: Identifier, _: Admin, store: StoreDep, conditions: Conditional) -> None:
    """Take a product off the shop (admin). Orders that have it keep it."""
    await commands.delete_product(store=store, product_id=product_id, conditions=conditions)


@router.post(
    "/{product_id}/stock",
    dependencies=_ANNOUNCED,
    responses={200: headers("Idempotency-Replayed"), **problems(403, 404, 409)},
)
async def change_stock(
    product_id: Identifier,
    body: StockRequest,
    user: Admin,
    response: Response,
    store: StoreDep,
    conditions: Conditional,
    key: IdempotencyKey = None,
) -> ProductDetailsResponse:
    """Add to a product's stock or take from it (admin); 409 when that would take what is reserved.

    The same Idempotency-Key changes it once. A product knows the keys of its last 20 changes.
    """
    changed, repeated = await commands.change_stock(
        store=store, product_id=product_id, request=body, user_id=user.id, key=key, conditions=conditions
    )
    if repeated:
        response.headers["Idempotency-Replayed"] = "true"
    return changed


@internal.get("")
async def offers(
    store: StoreDep, ids: Annotated[list[Identifier], Query(alias="id", min_length=1, max_length=50)]
) -> OffersResponse:
    """Those of the products that are sold, past every cache. For other services; the gateway hides it."""
    return OffersResponse(items=await queries.offers(store, ids))
