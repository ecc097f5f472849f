"""HTTP routes of the product service."""

from typing import Annotated, Any

from fastapi import Depends, Query, Request, Response

from observability.tracing import annotate
from services.product import editing, queries
from services.product.queries import Criteria, Sort
from services.product.relay import Changes
from services.product.responses import cacheable
from services.product.schemas import (
    Categories,
    LowStock,
    NewProduct,
    ProductDetails,
    ProductEdit,
    ProductPage,
    ProductView,
    StockChange,
)
from services.product.search import search
from services.product.store import Store
from services.product.vocabulary import Vocabulary
from services.shared.auth import Admin
from services.shared.bodies import Router
from services.shared.cache import Cache
from services.shared.openapi import headers, problems
from services.shared.schemas import Digits, Identifier, Page, Text

__all__ = ["internal", "router"]

router = Router(prefix="/api/products", tags=["products"])
internal = Router(prefix="/internal/products", include_in_schema=False)

Price = Annotated[Digits | None, Query(ge=0, le=100_000_000)]
_CACHEABLE: dict[int | str, dict[str, Any]] = {
    200: headers("ETag", "X-Cache", "Cache-Control"),
    304: {"description": "The client has it already", **headers("ETag", "X-Cache", "Cache-Control")},
}
Words = Annotated[Text | None, Query(max_length=100)]


async def _store(request: Request) -> Store:
    store: Store = request.app.state.store
    return store


async def _cache(request: Request) -> Cache:
    cache: Cache = request.app.state.cache
    return cache


StoreDep = Annotated[Store, Depends(_store)]
CacheDep = Annotated[Cache, Depends(_cache)]


async def _changed(request: Request) -> None:
    """After a write: no reader sees the old catalogue, and the change is told."""
    changes: Changes = request.app.state.changes
    changes.wake()
    await (await _cache(request)).invalidate()


@router.get("", response_model=ProductPage, responses=_CACHEABLE)
async def list_products(
    request: Request,
    store: StoreDep,
    cache: CacheDep,
    q: Words = None,
    category: Words = None,
    min_price: Annotated[Price, Query(alias="minPrice")] = None,
    max_price: Annotated[Price, Query(alias="maxPrice")] = None,
    sort: Sort = Sort.NEWEST,
    limit: Annotated[Digits, Query(ge=1, le=100)] = 20,
    cursor: Annotated[str | None, Query(max_length=400)] = None,
) -> Response:
    """The catalogue, searched, filtered and sorted. Prices in minor units; may be 5 s old.

    Words that nothing has are searched as they were probably meant; `searchedFor` says so.
    """
    vocabulary: Vocabulary = request.app.state.vocabulary
    criteria = Criteria(q=q, category=category, min_price=min_price, max_price=max_price)

    async def load() -> Any:
        page = await search(store, vocabulary, criteria, sort=sort, limit=limit, cursor=cursor)
        return page.model_dump(mode="json", by_alias=True)

    key = repr((q, category, min_price, max_price, sort.value, limit, cursor))
    return cacheable(request, *await cache.get_or_load(f"list:{key}", load))


@router.get("/categories", response_model=Categories, responses=_CACHEABLE)
async def list_categories(request: Request, store: StoreDep, cache: CacheDep) -> Response:
    """The categories, and how many products are in each."""

    async def load() -> Any:
        return Categories(items=await queries.categories(store)).model_dump(mode="json", by_alias=True)

    return cacheable(request, *await cache.get_or_load("categories", load))


@router.get("/low-stock", responses=problems(403))
async def low_stock(_: Admin, store: StoreDep) -> LowStock:
    """The products of which few are left or none, at this moment (admin)."""
    return LowStock(items=await queries.low_stock(store))


@router.get("/{product_id}", response_model=ProductDetails, responses=_CACHEABLE | problems(404))
async def product(product_id: Identifier, request: Request, store: StoreDep, cache: CacheDep) -> Response:
    """One product; may be 5 s old."""
    annotate(product_id=product_id)

    async def load() -> Any:
        return (await queries.find_product(store, product_id)).model_dump(mode="json", by_alias=True)

    return cacheable(request, *await cache.get_or_load(f"product:{product_id}", load))


@router.post("", status_code=201, responses={201: headers("Location"), **problems(403)})
async def add_product(
    body: NewProduct, _: Admin, request: Request, response: Response, store: StoreDep
) -> ProductDetails:
    """Add a product (admin)."""
    added = await editing.add_product(store, body, request.app.state.currency)
    await _changed(request)
    response.headers["Location"] = f"/api/products/{added.id}"
    return added


@router.put("/{product_id}", responses=problems(403, 404))
async def edit_product(
    product_id: Identifier, body: ProductEdit, _: Admin, request: Request, store: StoreDep
) -> ProductDetails:
    """Replace a product's description and price (admin); its stock stays."""
    edited = await editing.edit_product(store, product_id, body)
    await _changed(request)
    return edited


@router.delete("/{product_id}", status_code=204, responses=problems(403, 404))
async def delete_product(product_id: Identifier, _: Admin, request: Request, store: StoreDep) -> None:
    """Take a product off the shop (admin). Orders that have it keep it."""
    await editing.delete_product(store, product_id)
    await _changed(request)


@router.post("/{product_id}/stock", responses=problems(403, 404, 409))
async def change_stock(
    product_id: Identifier, body: StockChange, _: Admin, request: Request, store: StoreDep
) -> ProductDetails:
    """Add to a product's stock or take from it (admin); 409 when that would take what is reserved."""
    changed = await editing.change_stock(store, product_id, body.delta)
    await _changed(request)
    return changed


@internal.get("")
async def offers(
    store: StoreDep, ids: Annotated[list[Identifier], Query(alias="id", min_length=1, max_length=50)]
) -> Page[ProductView]:
    """Those of the products that are sold, past every cache. For other services; the gateway hides it."""
    return Page(items=await queries.offers(store, ids))
