"""The same request of an admin twice, by its Idempotency-Key: an answer that was lost costs nothing."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from tests.services.product.service import ADMIN, bearer, product_service
from tests.services.product.shop import Shop

LAMP = {"name": "Lamp", "category": "Home", "priceCents": 1999, "stock": 5}


@pytest.fixture
async def replicas(shop: Shop, database_url: str, redis_url: str) -> AsyncIterator[list[httpx.AsyncClient]]:
    """Clients of two replicas."""
    async with (
        product_service(database_url, redis_url) as one,
        product_service(database_url, redis_url) as two,
    ):
        yield [one, two]


def keyed(key: str, user: str = "u-1") -> dict[str, str]:
    """The headers of an admin who sends this key."""
    return {**bearer("admin", user), "Idempotency-Key": key}


def check_reused(answer: httpx.Response) -> None:
    """It says that the key came with another body."""
    assert answer.status_code == 422
    assert answer.json()["type"].endswith("idempotency-key-reused")


async def add(client: httpx.AsyncClient, key: str, user: str = "u-1", **changes: Any) -> httpx.Response:
    """Add a lamp."""
    return await client.post("/api/products", json={**LAMP, **changes}, headers=keyed(key, user))


async def test_product_is_added_once(replicas: list[httpx.AsyncClient]) -> None:
    """However often, wherever and at once the request comes; the answer is the product as it is now."""
    answers = await asyncio.gather(*(add(replicas[n % 2], "same") for n in range(6)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.headers["location"] for answer in answers}) == 1
    assert ["idempotency-replayed" in answer.headers for answer in answers].count(False) == 1
    product = answers[0].json()
    edited = {name: LAMP[name] for name in ("category", "priceCents")} | {"name": "Desk lamp"}
    assert (await replicas[0].put(answers[0].headers["location"], json=edited, headers=ADMIN)).status_code == 200
    again = await add(replicas[1], "same")
    assert (again.status_code, again.headers["idempotency-replayed"]) == (201, "true")
    assert (again.json()["id"], again.json()["name"]) == (product["id"], "Desk lamp")
    assert len((await replicas[0].get("/api/products")).json()["items"]) == 1


async def test_key_of_another_product(replicas: list[httpx.AsyncClient]) -> None:
    """With another body it is refused; that of another admin, and none, are others."""
    first = await add(replicas[0], "mine")
    check_reused(await add(replicas[1], "mine", stock=6))
    other = await add(replicas[0], "mine", "u-2", stock=6)
    plain = [await replicas[0].post("/api/products", json=LAMP, headers=ADMIN) for _ in range(2)]
    assert len({answer.json()["id"] for answer in (first, other, *plain)}) == 4


async def test_stock_is_changed_once(shop: Shop, replicas: list[httpx.AsyncClient]) -> None:
    """+5 twice is 5 more, not 10; also where there would be too little for a second time."""
    lamp = await shop.product(10)
    for delta, stock in ((5, 15), (-15, 0)):
        sent = [
            replicas[n % 2].post(f"/api/products/{lamp}/stock", json={"delta": delta}, headers=keyed(f"k{delta}"))
            for n in range(6)
        ]
        answers = await asyncio.gather(*sent)
        assert [(answer.status_code, answer.json()["stock"]) for answer in answers] == [(200, stock)] * 6
        assert ["idempotency-replayed" in answer.headers for answer in answers].count(False) == 1
    document = await shop.find(lamp)
    assert (document["available"], document["version"]) == (0, 3)


async def test_key_of_another_change(shop: Shop, replicas: list[httpx.AsyncClient]) -> None:
    """With another number it is refused; of another admin, for another product, or none, it is another change."""
    lamp, desk = await shop.product(10), await shop.product(10)

    async def change(product: str, delta: int, headers: dict[str, str]) -> httpx.Response:
        return await replicas[0].post(f"/api/products/{product}/stock", json={"delta": delta}, headers=headers)

    assert (await change(lamp, 1, keyed("mine"))).json()["stock"] == 11
    check_reused(await change(lamp, 2, keyed("mine")))
    check_reused(await change(lamp, -100, keyed("mine")))
    assert (await change(lamp, 2, keyed("mine", "u-2"))).json()["stock"] == 13
    assert (await change(desk, 2, keyed("mine"))).json()["stock"] == 12
    assert [(await change(lamp, 2, ADMIN)).json()["stock"] for _ in range(2)] == [15, 17]


async def test_refused_change_leaves_its_key_free(shop: Shop, replicas: list[httpx.AsyncClient]) -> None:
    """It has changed nothing: when there is enough, the same request is done."""
    lamp = await shop.product(1)
    path, taken = f"/api/products/{lamp}/stock", {"delta": -2}
    assert (await replicas[0].post(path, json=taken, headers=keyed("taken"))).status_code == 409
    assert (await replicas[0].post(path, json={"delta": 1}, headers=ADMIN)).status_code == 200
    assert (await replicas[0].post(path, json=taken, headers=keyed("taken"))).json()["stock"] == 0


async def test_product_keeps_its_last_keys(shop: Shop, replicas: list[httpx.AsyncClient]) -> None:
    """Its document does not grow with each change."""
    lamp = await shop.product(0)
    for number in range(25):
        path = f"/api/products/{lamp}/stock"
        assert (await replicas[0].post(path, json={"delta": 1}, headers=keyed(f"k{number}"))).status_code == 200
    assert len((await shop.find(lamp))["stockKeys"]) == 20
    again = await replicas[0].post(f"/api/products/{lamp}/stock", json={"delta": 1}, headers=keyed("k5"))
    assert again.json()["stock"] == 25


@pytest.mark.parametrize("key", ["4242424242424242", "with space", "x" * 129])
async def test_what_is_no_key(shop: Shop, replicas: list[httpx.AsyncClient], key: str) -> None:
    """It is refused as it is for orders."""
    lamp = await shop.product(1)
    for path, body in (("/api/products", LAMP), (f"/api/products/{lamp}/stock", {"delta": 1})):
        assert (await replicas[0].post(path, json=body, headers=keyed(key))).status_code == 422
