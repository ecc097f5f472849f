"""A connection to MongoDB that was closed while nobody used it, by a server or by a firewall on the way."""

import asyncio
from collections.abc import AsyncIterator, Callable
from urllib.parse import urlsplit

import pytest

from services.product.store import Store
from tests.services.product.shop import Shop
from tests.services.proxy import Proxy, proxy_to

TOGETHER = 6


@pytest.fixture
async def proxy(mongo_url: Callable[[str], str]) -> AsyncIterator[Proxy]:
    """What lies between."""
    async with proxy_to(urlsplit(mongo_url("x")).port or 0) as proxy:
        yield proxy


@pytest.fixture
async def far_store(database_url: str, proxy: Proxy) -> AsyncIterator[Store]:
    """The store as it is reached through that."""
    parts = urlsplit(database_url)
    place = parts.netloc.replace(str(parts.port), str(proxy.port))
    store = Store(parts._replace(netloc=place).geturl())
    yield store
    await store.close()


async def write(store: Store, product: str) -> int:
    """A write is never tried again by the driver: it would see the connection."""
    result = await store.products.update_one({"_id": product}, {"$inc": {"version": 1}})
    return result.matched_count


async def test_closed_idle_connections_cost_nobody_a_command(proxy: Proxy, far_store: Store, shop: Shop) -> None:
    """Several were open and idle; writes, one by one and together, find others."""
    product = await shop.product()
    for _ in range(2):
        assert sum(await asyncio.gather(*(write(far_store, product) for _ in range(TOGETHER)))) == TOGETHER
        assert await proxy.end_those_that_said(b"products") > 0
        assert [await write(far_store, product) for _ in range(2)] == [1, 1]
