"""The product service over HTTP, with MongoDB and Redis; the broker is away, which must not be felt."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from observability.testing import MetricDelta
from tests.services.product.service import ADMIN, bearer, product_service
from tests.services.product.shop import Shop

LAMP = {"name": "Lamp", "category": "Home", "priceCents": 1999, "stock": 5}


@pytest.fixture
async def client(shop: Shop, database_url: str, redis_url: str) -> AsyncIterator[httpx.AsyncClient]:
    """A client of one replica."""
    async with product_service(database_url, redis_url) as client:
        yield client


@pytest.fixture
async def replica(shop: Shop, database_url: str, redis_url: str) -> AsyncIterator[httpx.AsyncClient]:
    """A client of another."""
    async with product_service(database_url, redis_url) as client:
        yield client


async def add(client: httpx.AsyncClient, **fields: Any) -> dict[str, Any]:
    """A new product."""
    response = await client.post("/api/products", json={**LAMP, **fields}, headers=ADMIN)
    assert response.status_code == 201
    product: dict[str, Any] = response.json()
    assert response.headers["location"] == f"/api/products/{product['id']}"
    return product


async def test_product_is_added_and_found(client: httpx.AsyncClient) -> None:
    """By its id, in the list, and among the categories."""
    product = await add(client)
    assert (product["stock"], product["priceCents"], product["currency"]) == (5, 1999, "EUR")
    assert (await client.get(f"/api/products/{product['id']}")).json() == product
    listed = {name: value for name, value in product.items() if name not in ("specifications", "deliveryDays")}
    assert (await client.get("/api/products")).json() == {
        "items": [listed], "nextCursor": None, "total": 1, "searchedFor": None,
    }  # fmt: skip
    assert (await client.get("/api/products/categories")).json() == {"items": [{"name": "Home", "count": 1}]}


async def test_a_mistyped_word_is_said(client: httpx.AsyncClient) -> None:
    """The answer names the words that were searched for."""
    product = await add(client, name="Kettle")
    found = (await client.get("/api/products?q=ketle")).json()
    assert [item["id"] for item in found["items"]] == [product["id"]]
    assert (found["searchedFor"], found["total"]) == ("kettle", 1)


@pytest.mark.parametrize(
    "table",
    [
        [{"name": "", "value": "x"}],
        [{"name": "x" * 61, "value": "x"}],
        [{"name": "x", "value": "x" * 201}],
        [{"name": "x", "value": {"$gt": ""}}],
        [{"name": "x", "value": "x", "more": 1}],
        [{"name": "x", "value": "x"}] * 21,
        {"name": "x"},
        "x",
    ],
)
async def test_a_table_of_another_shape_is_refused(client: httpx.AsyncClient, table: Any) -> None:
    """Nothing is stored of it."""
    answer = await client.post("/api/products", json={**LAMP, "specifications": table}, headers=ADMIN)
    assert answer.status_code == 422
    assert (await client.get("/api/products")).json()["items"] == []


async def test_low_stock_is_for_admins(client: httpx.AsyncClient) -> None:
    """What few are left of, at this moment."""
    few = await add(client, stock=3)
    await add(client, stock=500)
    assert (await client.get("/api/products/low-stock")).status_code == 401
    assert (await client.get("/api/products/low-stock", headers=bearer("customer"))).status_code == 403
    answer = await client.get("/api/products/low-stock", headers=ADMIN)
    assert [item["id"] for item in answer.json()["items"]] == [few["id"]]


async def test_list_is_filtered_sorted_and_paged(client: httpx.AsyncClient) -> None:
    """All parameters, by their names on the wire."""
    for cents in (300, 100, 200, 400):
        await add(client, priceCents=cents)
    await add(client, priceCents=150, category="Garden")
    query: dict[str, Any] = {
        "q": "lam", "category": "Home", "minPrice": 100, "maxPrice": 300, "sort": "-price", "limit": 2,
    }  # fmt: skip
    first = (await client.get("/api/products", params=query)).json()
    second = (await client.get("/api/products", params={**query, "cursor": first["nextCursor"]})).json()
    assert [item["priceCents"] for item in first["items"]] == [300, 200]
    assert [item["priceCents"] for item in second["items"]] == [100]
    assert second["nextCursor"] is None


@pytest.mark.parametrize("letter", ["x", "ä", "中", "\U0001f4a1", "\x01", '"'])
async def test_list_goes_on_after_any_name(client: httpx.AsyncClient, letter: str) -> None:
    """The cursor holds the name of a page's last product, and is taken back however long that makes it."""
    for last in "xy":
        await add(client, name=letter * 198 + f"-{last}")
    first = (await client.get("/api/products?sort=name&limit=1")).json()
    second = await client.get("/api/products", params={"sort": "name", "limit": 1, "cursor": first["nextCursor"]})
    assert second.status_code == 200
    assert [item["name"][-1] for item in first["items"] + second.json()["items"]] == ["x", "y"]


@pytest.mark.parametrize("path", ["/api/products", "/api/products/categories", "/api/products/{id}"])
async def test_cache_is_seen_and_a_write_empties_it(
    client: httpx.AsyncClient, replica: httpx.AsyncClient, path: str
) -> None:
    """MISS, HIT (at the other replica too), and MISS with the new state after a write at either."""
    product = await add(client)
    path = path.format(id=product["id"])
    seen = [await c.get(path) for c in (client, client, replica)]
    assert [response.headers["x-cache"] for response in seen] == ["MISS", "HIT", "HIT"]
    assert len({response.text for response in seen}) == 1
    changed = {**LAMP, "name": "Other", "category": "Other"}
    del changed["stock"]
    await replica.put(f"/api/products/{product['id']}", json=changed, headers=ADMIN)
    after = await client.get(path)
    assert after.headers["x-cache"] == "MISS"
    assert after.json() != seen[0].json()
    assert "Other" in after.text


async def test_client_that_has_it_is_told_so(client: httpx.AsyncClient) -> None:
    """304 for its ETag, weak or in a list; 200 and a new ETag when something changed."""
    product = await add(client)
    path = f"/api/products/{product['id']}"
    first = await client.get(path)
    etag = first.headers["etag"]
    for known in (etag, f"W/{etag}", f'"other", {etag}', "*"):
        again = await client.get(path, headers={"If-None-Match": known})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", etag)
        assert again.headers["x-request-id"]
    assert (await client.get(path, headers={"If-None-Match": '"other"'})).status_code == 200
    await client.post(f"{path}/stock", json={"delta": 1}, headers=ADMIN)
    changed = await client.get(path, headers={"If-None-Match": etag})
    assert changed.status_code == 200
    assert changed.headers["etag"] != etag


async def test_edit_replaces_and_keeps_the_stock(client: httpx.AsyncClient) -> None:
    """What is left out gets its default; created stays, updated moves."""
    product = await add(client, description="Old.", stock=7)
    edit = {"name": "New", "category": "Home", "priceCents": 1}
    edited = (await client.put(f"/api/products/{product['id']}", json=edit, headers=ADMIN)).json()
    assert (edited["name"], edited["description"], edited["stock"]) == ("New", "", 7)
    assert edited["createdAt"] == product["createdAt"]
    assert edited["updatedAt"] >= product["updatedAt"]


async def test_an_edit_of_somebody_else_is_not_undone(client: httpx.AsyncClient) -> None:
    """Two admins read a product, and both send what they read with one change: the second is refused."""
    product = await add(client)
    path, version = f"/api/products/{product['id']}", product["version"]
    fields = {name: product[name] for name in ("name", "category", "priceCents")}
    first = await client.put(path, json={**fields, "priceCents": 2, "version": version}, headers=ADMIN)
    assert (first.status_code, first.json()["version"]) == (200, version + 1)
    second = await client.put(path, json={**fields, "name": "Lamb", "version": version}, headers=ADMIN)
    assert (second.status_code, second.json()["type"]) == (409, "/api/problems/changed-meanwhile")
    assert second.json()["version"] == version + 1
    now = (await client.get(path)).json()
    assert (now["name"], now["priceCents"]) == ("Lamp", 2)
    assert (await client.put(path, json={**fields, "version": version + 1}, headers=ADMIN)).status_code == 200
    assert (await client.put(path, json=fields, headers=ADMIN)).status_code == 200  # who does not say a version
    gone = await client.put("/api/products/nowhere", json={**fields, "version": 1}, headers=ADMIN)
    assert gone.status_code == 404


async def test_the_same_edit_twice(client: httpx.AsyncClient, shop: Shop) -> None:
    """The gateway repeats a PUT whose connection broke: the second finds what it asks for, and changes nothing."""
    product = await add(client)
    path = f"/api/products/{product['id']}"
    specifications = [{"name": "Colour", "value": "blue"}]
    edit = {"name": "New", "category": "Home", "priceCents": 1, "specifications": specifications, "version": 1}
    first, again = [await client.put(path, json=edit, headers=ADMIN) for _ in range(2)]
    assert (first.status_code, again.status_code) == (200, 200)
    assert again.json() == first.json()
    assert (await shop.find(product["id"]))["version"] == 2


async def test_deleted_product_is_gone(client: httpx.AsyncClient) -> None:
    """For everybody and every verb; its document stays for the orders that have it."""
    product = await add(client)
    path = f"/api/products/{product['id']}"
    assert (await client.delete(path, headers=ADMIN)).status_code == 204
    assert (await client.delete(path, headers=ADMIN)).status_code == 404
    assert (await client.get(path)).status_code == 404
    assert (await client.post(f"{path}/stock", json={"delta": 1}, headers=ADMIN)).status_code == 404
    assert (await client.get("/api/products")).json()["items"] == []
    assert (await client.get("/internal/products", params={"id": product["id"]})).json()["items"] == []


async def test_stock_never_falls_below_what_is_reserved(client: httpx.AsyncClient, shop: Shop) -> None:
    """Only what is available can go out; the refusal says how much that is."""
    product = (await add(client, stock=5))["id"]
    await shop.store.products.update_one(
        {"_id": product},
        {"$inc": {"available": -3}, "$push": {"reservations": {"orderId": "o", "quantity": 3}}},
    )
    refused = await client.post(f"/api/products/{product}/stock", json={"delta": -3}, headers=ADMIN)
    assert (refused.status_code, refused.json()["stock"]) == (409, 2)
    taken = await client.post(f"/api/products/{product}/stock", json={"delta": -2}, headers=ADMIN)
    assert (taken.status_code, taken.json()["stock"]) == (200, 0)


async def test_offers_for_other_services(client: httpx.AsyncClient, shop: Shop) -> None:
    """Price and stock as they are now, past the cache; what is unknown is left out; 1 to 50 ids."""
    one, two = (await add(client))["id"], (await add(client))["id"]
    await client.get("/internal/products", params={"id": [one, two]})
    await shop.store.products.update_one({"_id": one}, {"$set": {"priceCents": 7}})
    response = await client.get("/internal/products", params={"id": [one, two, "unknown", one]})
    assert {item["id"]: item["priceCents"] for item in response.json()["items"]} == {one: 7, two: 1999}
    assert "x-cache" not in response.headers
    assert (await client.get("/internal/products")).status_code == 422
    assert (await client.get("/internal/products", params={"id": ["1"] * 51})).status_code == 422


async def test_readiness_with_everything_but_the_broker(client: httpx.AsyncClient) -> None:
    """It takes requests, and says what is missing."""
    response = await client.get("/health/ready")
    assert (response.status_code, response.json()["status"]) == (200, "degraded")
    assert response.json()["dependencies"]["mongodb"] == "ok"
    assert response.json()["dependencies"]["redis"] == "ok"
    assert response.json()["dependencies"]["rabbitmq"].startswith("unavailable")


async def test_hits_and_misses_are_counted(client: httpx.AsyncClient) -> None:
    """By the cache's name."""
    product = await add(client)
    hits, misses = (
        MetricDelta("cache_requests_total", cache="catalogue", outcome=outcome) for outcome in ("hit", "miss")
    )
    for _ in range(3):
        await client.get(f"/api/products/{product['id']}")
    assert (misses.value, hits.value) == (1, 2)
