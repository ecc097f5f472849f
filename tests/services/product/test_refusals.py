"""What the product service refuses: always as a problem document, never by a crash."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from services.shared.schemas import encode_cursor
from tests.services.product.service import ADMIN, bearer, product_service
from tests.services.product.shop import Shop

LAMP = {"name": "Lamp", "category": "Home", "priceCents": 1999, "stock": 5}
EDIT = {"name": "Lamp", "category": "Home", "priceCents": 1999}


@pytest.fixture
async def client(shop: Shop, database_url: str, redis_url: str) -> AsyncIterator[httpx.AsyncClient]:
    """A client of a running service."""
    async with product_service(database_url, redis_url) as client:
        yield client


def check(response: httpx.Response, *statuses: int) -> None:
    """It has one of these statuses, and is a problem document when it is an error."""
    assert response.status_code in statuses, (response.request.url, response.request.content, response.text)
    if response.status_code >= 400:
        assert response.headers["content-type"] == "application/problem+json"
        assert response.json()["requestId"] == response.headers["x-request-id"]


async def test_only_admins_write(client: httpx.AsyncClient) -> None:
    """401 without a good token, 403 for customers; for an admin the product is just not there."""
    for method, path, body in [
        ("POST", "/api/products", LAMP),
        ("PUT", "/api/products/1", EDIT),
        ("DELETE", "/api/products/1", None),
        ("POST", "/api/products/1/stock", {"delta": 1}),
    ]:
        check(await client.request(method, path, json=body), 401)
        check(await client.request(method, path, json=body, headers={"Authorization": "Bearer nonsense"}), 401)
        check(await client.request(method, path, json=body, headers=bearer("customer")), 403)
        check(await client.request(method, path, json=body, headers=ADMIN), 404, 201)


async def test_invalid_products(client: httpx.AsyncClient) -> None:
    """422, naming the field."""
    wrongs: list[dict[str, Any]] = [
        {"name": ""}, {"name": "   "}, {"name": "x" * 201}, {"name": None}, {"name": "a\x00b"}, {"category": ""},
        {"priceCents": -1}, {"priceCents": 1.5}, {"priceCents": 2**70}, {"stock": -1}, {"stock": 2**40},
        {"imageUrl": "javascript:alert(1)"}, {"imageUrl": "//evil.example/x"}, {"imageUrl": "https://x/y.svg"},
        {"imageUrl": "/images/../api/users/logout"}, {"imageUrl": "/api/x"}, {"imageUrl": "/images/a.svg\n"},
        {"imageUrl": "/images//evil.example/x"}, {"imageUrl": "/images/a?b"}, {"imageUrl": "/images/"},
        {"imageUrl": "/images/%2e%2e/x"}, {"imageUrl": "data:image/png;base64,AA"}, {"imageUrl": "images/a.svg"},
        {"imageUrl": "http://x/y.svg"},
        {"imageUrl": "/a\x00"}, {"imageUrl": "/"}, {"unknown": 1}, {"description": "\x00"},
    ]  # fmt: skip
    for wrong in wrongs:
        response = await client.post("/api/products", json={**LAMP, **wrong}, headers=ADMIN)
        check(response, 422)
        assert next(iter(wrong)) in response.text
    for delta in (None, "many", 1.5, 2**70, -(2**70), 1_000_001):
        check(await client.post("/api/products/1/stock", json={"delta": delta}, headers=ADMIN), 422)


async def test_strange_bodies(client: httpx.AsyncClient) -> None:
    """Half of a surrogate pair, broken UTF-8, infinity, endless nesting."""
    for body in [
        b'{"name": "\\ud800", "category": "c", "priceCents": 1}', b'{"\\ud800": 1}', b'{"name": "\xff"}', b"[]",
        b"", b"nul", b"[" * 5000, b'{"name": "a", "category": "c", "priceCents": 1, "stock": 1e400}',
    ]:  # fmt: skip
        headers = {**ADMIN, "Content-Type": "application/json"}
        check(await client.post("/api/products", content=body, headers=headers), 400, 422)


async def test_strange_queries(client: httpx.AsyncClient) -> None:
    """Nothing found, or refused."""
    for text in [
        "\x00", "a\x00b", "\U0010ffff",
        "\u202e", "İ", "ﬀ", "$gt", "{}", "[", "(?i)", "\\", "%", "'", '"', "a" * 101,
    ]:  # fmt: skip
        for name in ("q", "category", "cursor", "sort", "limit", "minPrice"):
            check(await client.get("/api/products", params={name: text}), 200, 422)


async def test_strange_cursors(client: httpx.AsyncClient) -> None:
    """What no store can take is found out before it is asked."""
    for value in (2**70, "\ud800", "2026-01-01", "0001-01-01T00:00:00+23:59"):
        for sort in ("newest", "name", "price", "-price"):
            query = {"sort": sort, "cursor": encode_cursor(sort, value, "x")}
            plain = sort == "name" and value in ("2026-01-01", "0001-01-01T00:00:00+23:59")
            check(await client.get("/api/products", params=query), 200 if plain else 422)


async def test_strange_paths(client: httpx.AsyncClient) -> None:
    """Not found, or refused; bytes that are no UTF-8, too."""
    for raw in ("%00", "%ff%fe", "%ed%a0%80", "a%2fb", "%F0%9F%98%80", "a" * 65, "categories%00"):
        check(await client.get(f"/api/products/{raw}"), 404, 422)
        check(await client.get(f"/api/products?q={raw}"), 200, 422)
        check(await client.get(f"/internal/products?id={raw}"), 200, 422)
