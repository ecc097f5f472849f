"""Lists of the catalogue: filters, sorts, search, and pages without gap or repetition."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.product.queries import Criteria, Sort, categories, find_product, list_products, offers, where
from services.product.schemas import ProductResponse
from services.shared.errors import NotFound, Unprocessable
from services.shared.schemas import Page, encode_cursor
from tests.services.product.shop import Shop

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


async def page(shop: Shop, **query: Any) -> Page[ProductResponse]:
    """One page."""
    options: dict[str, Any] = {"sort": Sort.NEWEST, "limit": 100, "cursor": None}
    options |= {name: query.pop(name) for name in options if name in query}
    return await list_products(shop.store, Criteria(**query), **options)


async def names(shop: Shop, **query: Any) -> set[str]:
    """The names in a list."""
    return {item.name for item in (await page(shop, **query)).items}


async def pages(shop: Shop, **query: Any) -> list[ProductResponse]:
    """All pages of a list, one after another."""
    found: list[ProductResponse] = []
    cursor = None
    for _ in range(100):
        got = await page(shop, **query, cursor=cursor)
        assert len(got.items) <= query["limit"]
        found += got.items
        cursor = got.next_cursor
        if cursor is None:
            return found
    raise AssertionError("endless")


@pytest.fixture
async def catalogue(shop: Shop) -> Shop:
    """Twelve products with ties in everything by which a list is sorted."""
    for n in range(12):
        at = NOON + timedelta(seconds=n // 3)
        await shop.product(at=at, name=f"Thing {n % 5}", category=f"c{n % 2}", priceCents=n // 4 * 100)
    return shop


@pytest.mark.parametrize("limit", [1, 2, 5, 12, 100])
@pytest.mark.parametrize("sort", Sort)
async def test_pages_have_no_gap_and_no_repetition(catalogue: Shop, sort: Sort, limit: int) -> None:
    """Whatever the sort and the size of a page, and though many products tie."""
    found = await pages(catalogue, sort=sort, limit=limit)
    keys = {
        Sort.NEWEST: lambda p: (p.created_at, p.id),
        Sort.NAME: lambda p: (p.name, p.id),
        Sort.PRICE: lambda p: (p.price_cents, p.id),
        Sort.PRICE_DOWN: lambda p: (p.price_cents, p.id),
    }
    assert len(found) == 12
    assert [p.id for p in found] == [
        p.id for p in sorted(found, key=keys[sort], reverse=sort in (Sort.NEWEST, Sort.PRICE_DOWN))
    ]
    assert len({p.id for p in found}) == 12


@pytest.mark.parametrize("sort", Sort)
async def test_filters_hold_on_every_page(catalogue: Shop, sort: Sort) -> None:
    """Category, prices (both ends included) and words together."""
    query = {"category": "c1", "min_price": 100, "max_price": 200, "q": "thi"}
    found = await pages(catalogue, sort=sort, limit=1, **query)
    assert len({p.id for p in found}) == len(found) == 4
    assert {p.category for p in found} == {"c1"}
    assert {p.price_cents for p in found} == {100, 200}


async def test_new_product_does_not_disturb_who_is_paging(catalogue: Shop) -> None:
    """It comes before the pages that were read; what was there is still seen once."""
    first = await page(catalogue, limit=5)
    await catalogue.product(at=NOON + timedelta(days=1))
    rest = await page(catalogue, cursor=first.next_cursor)
    assert len({p.id for p in [*first.items, *rest.items]}) == 12


async def test_prices_that_exclude_each_other(catalogue: Shop) -> None:
    """Find nothing, as an unknown category does."""
    assert (await page(catalogue, min_price=200, max_price=100)).items == []
    assert (await page(catalogue, category="c9")).items == []


@pytest.mark.parametrize("sort", Sort)
@pytest.mark.parametrize("other", Sort)
async def test_cursor_of_another_sort_is_refused(catalogue: Shop, sort: Sort, other: Sort) -> None:
    """A page of something else would have gaps."""
    cursor = (await page(catalogue, sort=sort, limit=1)).next_cursor
    if sort == other:
        assert len((await page(catalogue, sort=other, cursor=cursor)).items) == 11
    else:
        with pytest.raises(Unprocessable):
            await page(catalogue, sort=other, cursor=cursor)


@pytest.mark.parametrize(
    "cursor",
    [
        "", "?", "é", "bm9uc2Vuc2U",
        encode_cursor("price", 2**70, "x"), encode_cursor("price", -(2**63) - 1, "x"),
        encode_cursor("price", True, "x"), encode_cursor("price", 1),
        encode_cursor("price", "1", "x"), encode_cursor("price", 1, "\x00"),
        encode_cursor("price", 1, "\ud800"), encode_cursor("newest", "yesterday", "x"),
        encode_cursor("newest", "2026-01-01", "x"), encode_cursor("newest", "0001-01-01T00:00:00+23:59", "x"),
        encode_cursor("name", "\ud800", "x"),
    ],
)  # fmt: skip
async def test_made_up_cursor_is_refused(shop: Shop, cursor: str) -> None:
    """Whatever is in it, the database is not asked."""
    for sort in Sort:
        with pytest.raises(Unprocessable):
            await page(shop, sort=sort, cursor=cursor)


@pytest.mark.parametrize(
    ("q", "expected"),
    [
        ("lamp", {"Desk LAMP", "Lamp-shade"}),
        ("LAM", {"Desk LAMP", "Lamp-shade"}),
        ("desk lamp", {"Desk LAMP"}),
        ("lamp desk", {"Desk LAMP"}),
        ("  lamp   sha ", {"Lamp-shade"}),
        ("sha lamp", set()),  # only the last word may be a beginning
        ("amp", set()),
        ("kitchen", {"Café Müller", "Straße"}),
        ("CAFÉ", {"Café Müller"}),
        ("cafe\u0301 mu\u0308", {"Café Müller"}),  # the same letters, composed by the client in another way
        ("straße", {"Straße"}),
        ("STRASSE", {"Straße"}),
        ("北京", {"北京 烤鸭"}),
        ("烤", {"北京 烤鸭"}),
        ("lamp lamp", {"Desk LAMP", "Lamp-shade"}),
        ("d.*k", set()),
        ("^lamp$", {"Desk LAMP", "Lamp-shade"}),
        ("a|b", set()),
        ("(", {"Desk LAMP", "Lamp-shade", "Café Müller", "Straße", "北京 烤鸭"}),
        ("", {"Desk LAMP", "Lamp-shade", "Café Müller", "Straße", "北京 烤鸭"}),
        ("$where", set()),
        ("😀", {"Desk LAMP", "Lamp-shade", "Café Müller", "Straße", "北京 烤鸭"}),
    ],
)  # fmt: skip
async def test_search(shop: Shop, q: str, expected: set[str]) -> None:
    """Words of name and category without regard to case; what is no word says nothing, and is no pattern."""
    for name, category in [
        ("Desk LAMP", "Office"),
        ("Lamp-shade", "Office"),
        ("Café Müller", "Kitchen"),
        ("Straße", "Kitchen"),
        ("北京 烤鸭", "Food"),
    ]:
        await shop.product(name=name, category=category)
    assert await names(shop, q=q) == expected


async def test_deleted_products_are_invisible(shop: Shop) -> None:
    """In lists, by id, among categories and among offers."""
    kept = await shop.product(name="Kept", category="a")
    gone = await shop.product(name="Gone", category="b")
    await shop.store.products.update_one({"_id": gone}, {"$set": {"deleted": True}})
    assert await names(shop) == {"Kept"}
    assert await names(shop, q="gone") == set()
    with pytest.raises(NotFound):
        await find_product(shop.store, gone)
    assert [(c.name, c.count) for c in await categories(shop.store)] == [("a", 1)]
    assert [p.id for p in await offers(shop.store, [gone, kept, "unknown"])] == [kept]


async def test_stock_is_what_is_available(shop: Shop) -> None:
    """Reservations are not shown."""
    product = await shop.product(7)
    assert (await find_product(shop.store, product)).stock == 7


@pytest.mark.parametrize("sort", Sort)
async def test_an_empty_catalogue(shop: Shop, sort: Sort) -> None:
    """Is an empty page."""
    assert await page(shop, sort=sort) == Page[ProductResponse](items=[], next_cursor=None)
    assert await categories(shop.store) == []


@pytest.mark.parametrize(
    "criteria",
    [Criteria(), Criteria(category="lamps"), Criteria(min_price=1, max_price=9), Criteria(q="lamp red")],
)
def test_filters_name_their_fields_at_the_top(criteria: Criteria) -> None:
    """Within `$and` the native stand-in finds no index for them, and reads the whole catalogue."""
    assert not [name for name in where(criteria) if name.startswith("$")]
