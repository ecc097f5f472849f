"""The cache in Redis: never an old value after a write, never a key without an end, never a failure."""

import asyncio
import time
import uuid
from collections.abc import AsyncIterator
from typing import Any

import pytest
from opentelemetry import trace

from observability.redis import ObservedRedis
from observability.testing import CapturedSpans, MetricDelta, metric_value
from services.shared.cache import Cache
from services.shared.redis_client import connect_redis
from tests.free_ports import free_port
from tests.services.support import until


@pytest.fixture
async def redis(redis_url: str) -> AsyncIterator[ObservedRedis]:
    """A client of a Redis."""
    client = connect_redis(redis_url)
    yield client
    await client.aclose()


async def overtaken(values: Cache) -> tuple[asyncio.Task[tuple[bytes, bool]], asyncio.Event]:
    """A reader that has loaded `old` when a write came; it goes on when the event is set."""
    loaded, written = asyncio.Event(), asyncio.Event()

    async def slow() -> bytes:
        loaded.set()
        await written.wait()
        return b"old"

    reader = asyncio.create_task(values.get_or_load("k", slow))
    await loaded.wait()
    await values.invalidate()
    return reader, written


@pytest.fixture
async def absent() -> AsyncIterator[ObservedRedis]:
    """A client of a Redis that is not there."""
    client = connect_redis(f"redis://127.0.0.1:{free_port()}/0")
    yield client
    await client.aclose()


def cache(redis: ObservedRedis, name: str | None = None, ttl: int = 5) -> Cache:
    """A cache, with a name of its own unless one is given."""
    return Cache(redis, name or f"test-{uuid.uuid4().hex}", ttl=ttl)


async def until_value(delta: MetricDelta, value: float) -> None:
    """Wait until so much was counted."""

    async def reached() -> bool:
        return delta.value == value

    await until(reached)


class Source:
    """Where the values come from; counts how often it is asked."""

    def __init__(self, value: bytes) -> None:
        self.value = value
        self.asked = 0

    async def __call__(self) -> bytes:
        self.asked += 1
        return self.value


async def test_second_reader_gets_what_the_first_loaded(redis: ObservedRedis) -> None:
    """And is told that it was a hit; another key is another value."""
    values, source = cache(redis), Source("é".encode() + b"\n\xff")
    assert await values.get_or_load("k", source) == (source.value, False)
    assert await values.get_or_load("k", source) == (source.value, True)
    assert await values.get_or_load("other", source) == (source.value, False)
    assert source.asked == 2


async def test_after_a_write_nobody_gets_the_old_value(redis: ObservedRedis) -> None:
    """All keys at once."""
    values, source = cache(redis), Source(b"old")
    for key in ("a", "b"):
        await values.get_or_load(key, source)
    source.value = b"new"
    await values.invalidate()
    for key in ("a", "b"):
        assert await values.get_or_load(key, source) == (b"new", False)


async def test_reader_that_was_overtaken_by_a_write_spoils_nothing(redis: ObservedRedis) -> None:
    """It loaded before the write and stores after it: under the old generation, where nobody looks."""
    values, source = cache(redis), Source(b"new")
    reader, written = await overtaken(values)
    written.set()
    assert await reader == (b"old", False)
    assert await values.get_or_load("k", source) == (b"new", False)


async def test_generations_never_come_back(redis: ObservedRedis) -> None:
    """When Redis has forgotten the generation, the next write still makes one that never was."""
    name = f"test-{uuid.uuid4().hex}"
    values, seen = cache(redis, name), set()
    for _ in range(3):
        await values.invalidate()
        seen.add(await redis.get(f"{name}:generation"))
        await redis.delete(f"{name}:generation")
    assert len(seen) == 3


async def test_every_key_has_an_end(redis: ObservedRedis) -> None:
    """The generation's is the later one."""
    name = f"test-{uuid.uuid4().hex}"
    values = cache(redis, name, ttl=7)
    await values.get_or_load("before", Source(b"1"))
    await values.invalidate()
    await values.get_or_load("after", Source(b"1"))
    ends = {key: await redis.ttl(key) for key in await redis.keys(f"{name}:*")}
    assert len(ends) == 3
    assert 3600 < ends.pop(f"{name}:generation") <= 86_400
    assert all(0 < seconds <= 7 for seconds in ends.values())


async def test_one_load_serves_all_who_wait_for_it(redis: ObservedRedis) -> None:
    """A busy entry that ends asks the source once, also when the reader that began it has gone away."""
    values, source, asked = cache(redis), Source(b"1"), asyncio.Event()
    go = asyncio.Event()

    async def slow() -> bytes:
        asked.set()
        await go.wait()
        return await source()

    began = asyncio.create_task(values.get_or_load("k", slow))
    await asked.wait()
    misses = MetricDelta("cache_requests_total", outcome="miss")
    others = [asyncio.create_task(values.get_or_load("k", slow)) for _ in range(20)]
    await until_value(misses, 20)
    began.cancel()
    with pytest.raises(asyncio.CancelledError):
        await began
    go.set()
    assert await asyncio.gather(*others) == [(b"1", False)] * 20
    assert source.asked == 1
    assert await values.get_or_load("k", source) == (b"1", True)


async def test_load_of_before_a_write_is_not_shared_after_it(redis: ObservedRedis) -> None:
    """Who asks after a write waits for no answer that may be from before it."""
    values = cache(redis)
    reader, written = await overtaken(values)
    assert await values.get_or_load("k", Source(b"new")) == (b"new", False)
    written.set()
    assert await reader == (b"old", False)


async def test_all_who_wait_for_a_load_get_its_failure(redis: ObservedRedis) -> None:
    """And the next reader tries again."""
    values, go = cache(redis), asyncio.Event()

    async def fails() -> bytes:
        await go.wait()
        raise LookupError

    misses = MetricDelta("cache_requests_total", outcome="miss")
    readers = [asyncio.create_task(values.get_or_load("k", fails)) for _ in range(3)]
    await until_value(misses, 3)
    go.set()
    found = await asyncio.gather(*readers, return_exceptions=True)
    assert [type(one) for one in found] == [LookupError] * 3
    assert await values.get_or_load("k", Source(b"1")) == (b"1", False)


async def test_reading_takes_one_round_trip(redis: ObservedRedis) -> None:
    """A hit is one command, a miss two."""
    values, sent = cache(redis), MetricDelta("db_client_operation_duration_seconds_count", db_system_name="redis")
    await values.get_or_load("k", Source(b"1"))
    assert sent.value == 2
    await values.get_or_load("k", Source(b"1"))
    assert sent.value == 3


async def test_readers_of_one_turn_share_a_round_trip(redis: ObservedRedis, captured_spans: CapturedSpans) -> None:
    """Each gets what is its own; the span of a reader who sent no command names the trace that has it."""
    values = cache(redis)
    for key in "abc":
        await values.get_or_load(key, Source(key.encode()))
    sent = MetricDelta("db_client_operation_duration_seconds_count", db_system_name="redis")

    async def read(key: str) -> tuple[bytes, bool]:
        with trace.get_tracer("t").start_as_current_span(f"read {key}"):
            return await values.get_or_load(key, Source(b"none"))

    found = await asyncio.gather(*(read(key) for key in "abca"))
    assert found == [(b"a", True), (b"b", True), (b"c", True), (b"a", True)]
    assert sent.value == 1
    command = captured_spans.named("MGET")[-1]
    first, again = captured_spans.named("read a")
    assert command.parent == first.context
    assert not first.attributes
    for other in (again, captured_spans.one("read b"), captured_spans.one("read c")):
        assert other.attributes == {"shop.cache.trace.id": trace.format_trace_id(first.context.trace_id)}
        assert not other.links


async def test_who_comes_after_a_command_was_sent_asks_anew(redis: ObservedRedis) -> None:
    """A write may have come in between, and its author reads what it wrote."""
    values = cache(redis)
    await values.get_or_load("k", Source(b"old"))
    sent = MetricDelta(
        "db_client_operation_duration_seconds_count", db_system_name="redis", db_operation_name="MGET"
    )
    first = asyncio.create_task(values.get_or_load("k", Source(b"new")))
    asked = asyncio.Event()
    asyncio.get_running_loop().call_soon(lambda: asyncio.get_running_loop().call_soon(asked.set))
    await asked.wait()
    assert not first.done()
    assert await values.get_or_load("k", Source(b"new")) == (b"old", True)
    assert await first == (b"old", True)
    assert sent.value == 2


async def test_a_reader_who_goes_away_takes_no_answer_along(redis: ObservedRedis) -> None:
    """The command that others wait for is no part of its task."""
    values = cache(redis)
    readers = [asyncio.create_task(values.get_or_load("k", Source(b"1"))) for _ in range(3)]
    await asyncio.sleep(0)  # they have asked
    readers[0].cancel()
    assert await asyncio.gather(*readers[1:]) == [(b"1", False)] * 2
    with pytest.raises(asyncio.CancelledError):
        await readers[0]


async def test_readers_of_one_turn_do_without_redis(absent: ObservedRedis) -> None:
    """What failed for one has failed for all, and counts once against Redis."""
    name = f"test-{uuid.uuid4().hex}"
    values, source = cache(absent, name), Source(b"1")
    errors = MetricDelta("cache_requests_total", cache=name, outcome="error")
    assert await asyncio.gather(*(values.get_or_load("k", source) for _ in range(8))) == [(b"1", False)] * 8
    assert errors.value == 8
    assert metric_value("circuit_breaker_state", breaker="redis-cache", state="closed") == 1


async def test_failure_to_load_is_the_caller_s(redis: ObservedRedis) -> None:
    """It is raised, not kept, and says nothing against Redis."""
    values = cache(redis)

    async def fails() -> bytes:
        raise LookupError

    for _ in range(10):
        with pytest.raises(LookupError):
            await values.get_or_load("k", fails)
    assert await values.get_or_load("k", Source(b"1")) == (b"1", False)
    assert await values.get_or_load("k", Source(b"1")) == (b"1", True)


@pytest.mark.alone
async def test_without_redis_the_source_answers(absent: ObservedRedis) -> None:
    """Each time, soon, and counted; after five failures Redis is not even asked."""
    name = f"test-{uuid.uuid4().hex}"
    values, source = cache(absent, name), Source(b"1")
    errors = MetricDelta("cache_requests_total", cache=name, outcome="error")
    rejected = MetricDelta("circuit_breaker_calls_total", breaker="redis-cache", outcome="rejected")
    began = time.monotonic()
    for _ in range(8):
        assert await values.get_or_load("k", source) == (b"1", False)
    assert time.monotonic() - began < 5 * 0.25 + 1
    assert source.asked == 8
    assert errors.value == 8
    assert rejected.value == 3
    assert metric_value("circuit_breaker_state", breaker="redis-cache", state="open") == 1


async def test_without_redis_a_write_goes_on(absent: ObservedRedis) -> None:
    """Entries end by their TTL then."""
    await cache(absent).invalidate()


@pytest.mark.alone
async def test_slow_redis_is_not_waited_for(redis: ObservedRedis, monkeypatch: pytest.MonkeyPatch) -> None:
    """Longer than a quarter of a second, once a request: what did not answer is not asked to store."""
    values, source = cache(redis), Source(b"1")

    async def hangs(*args: Any, **options: Any) -> Any:
        return await asyncio.Event().wait()

    monkeypatch.setattr(redis, "execute_command", hangs)
    began = time.monotonic()
    assert await values.get_or_load("k", source) == (b"1", False)
    assert 0.2 < time.monotonic() - began < 0.45
