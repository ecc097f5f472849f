"""The cache leaves room in Redis for the sessions, whatever clients ask for."""

import itertools
import uuid
from collections.abc import AsyncIterator
from typing import Any

import pytest

from observability.redis import ObservedRedis
from services.shared.cache import Cache
from services.shared.redis_client import connect_redis
from tests.services.support import until

PAGE = b"x" * 1_500


@pytest.fixture
async def redis(redis_url: str) -> AsyncIterator[ObservedRedis]:
    """A client of a Redis."""
    client = connect_redis(redis_url)
    yield client
    await client.aclose()


async def load() -> bytes:
    """A page of the catalogue."""
    return PAGE


async def test_flood_of_keys_is_answered_and_not_stored(
    redis: ObservedRedis, captured_logs: list[dict[str, Any]]
) -> None:
    """Of a thousand prices as much is kept as there is room for. That serves hits, and it is said once."""
    name = f"test-{uuid.uuid4().hex}"
    values = Cache(redis, name, ttl=60, room=20_000)
    for price in range(1_000):
        assert await values.get_or_load(f"list:{price}", load) == (PAGE, False)
    stored = [key async for key in redis.scan_iter(f"{name}:*", count=1_000)]
    assert len(stored) == 10
    assert sum([await redis.memory_usage(key) or 0 for key in stored]) <= 20_000
    assert await values.get_or_load("list:9", load) == (PAGE, True)
    assert await values.get_or_load("list:10", load) == (PAGE, False)
    assert [line["cache"] for line in captured_logs if line["event"] == "cache.full"] == [name]


async def test_room_is_there_again(redis: ObservedRedis) -> None:
    """When the entries of before have left."""
    values = Cache(redis, f"test-{uuid.uuid4().hex}", ttl=1, room=5_000)
    keys = itertools.count()

    async def is_stored() -> bool:
        key = f"list:{next(keys)}"
        await values.get_or_load(key, load)
        return (await values.get_or_load(key, load))[1]

    assert [await is_stored() for _ in range(4)] == [True, True, False, False]
    await until(is_stored)
