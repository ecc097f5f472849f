"""What works while Redis or MongoDB do not answer."""

import asyncio
import time
from collections.abc import AsyncIterator

import httpx
import pytest

from observability.testing import MetricDelta, metric_value
from tests.free_ports import free_port
from tests.services.product.service import ADMIN, product_service
from tests.services.product.shop import Shop

EDIT = {"name": "Other", "category": "Home", "priceCents": 1}


@pytest.fixture
async def without_redis(shop: Shop, database_url: str) -> AsyncIterator[httpx.AsyncClient]:
    """A service whose Redis is gone."""
    async with product_service(database_url, None) as client:
        yield client


@pytest.fixture
async def without_mongo(redis_url: str) -> AsyncIterator[httpx.AsyncClient]:
    """A service whose MongoDB is gone."""
    url = f"mongodb://127.0.0.1:{free_port()}/products?directConnection=true"
    async with product_service(url, redis_url) as client:
        yield client


@pytest.mark.alone
async def test_without_redis_the_database_answers(without_redis: httpx.AsyncClient, shop: Shop) -> None:
    """Each time; soon without even asking Redis, when the breaker is open."""
    product = await shop.product(stock=3)
    errors = MetricDelta("cache_requests_total", cache="catalogue", outcome="error")
    began = time.monotonic()
    for _ in range(10):
        response = await without_redis.get(f"/api/products/{product}")
        assert (response.status_code, response.headers["x-cache"]) == (200, "MISS")
        assert response.json()["stock"] == 3
    assert time.monotonic() - began < 5 * 0.3 + 2
    assert errors.value == 10
    assert metric_value("circuit_breaker_state", breaker="redis-cache", state="open") == 1


async def test_without_redis_writes_work(without_redis: httpx.AsyncClient, shop: Shop) -> None:
    """And are seen at once."""
    product = await shop.product()
    written = await without_redis.put(f"/api/products/{product}", json=EDIT, headers=ADMIN)
    assert written.status_code == 200
    assert (await without_redis.get(f"/api/products/{product}")).json()["name"] == "Other"


async def test_without_redis_it_is_ready_but_degraded(without_redis: httpx.AsyncClient) -> None:
    """The service takes requests, and says what is missing."""
    response = await without_redis.get("/health/ready")
    assert (response.status_code, response.json()["status"]) == (200, "degraded")
    assert response.json()["dependencies"]["redis"].startswith("unavailable")


async def test_without_mongo_it_is_unavailable(without_mongo: httpx.AsyncClient) -> None:
    """Each call ends soon, by a problem that says when to come back; not by a crash."""
    began = time.monotonic()
    responses = await asyncio.gather(
        *(
            without_mongo.request(method, path, json=EDIT, headers=ADMIN)
            for method, path in [
                ("GET", "/api/products"),
                ("GET", "/api/products/1"),
                ("GET", "/api/products/categories"),
                ("GET", "/internal/products?id=1"),
                ("POST", "/api/products"),
                ("PUT", "/api/products/1"),
                ("DELETE", "/api/products/1"),
            ]
        )
    )
    assert time.monotonic() - began < 5
    for response in responses:
        assert response.status_code == 503
        assert response.headers["content-type"] == "application/problem+json"
        assert int(response.headers["retry-after"]) > 0


async def test_without_mongo_it_is_not_ready(without_mongo: httpx.AsyncClient) -> None:
    """But alive: a restart would cure nothing."""
    response = await without_mongo.get("/health/ready")
    assert (response.status_code, response.json()["status"]) == (503, "unavailable")
    assert response.json()["dependencies"]["mongodb"].startswith("unavailable")
    assert (await without_mongo.get("/health")).status_code == 200
