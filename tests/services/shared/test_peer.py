"""Calls to other services: every replica is used, harmless calls are repeated, a dead service costs no time."""

import asyncio
import itertools
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import httpx
import pytest

from observability.testing import CapturedSpans, MetricDelta, metric_value
from services.shared.errors import Unavailable
from services.shared.peer import Peer
from tests.free_ports import free_port

URLS = "http://a, http://b/"
Answer = Callable[[httpx.Request], httpx.Response]


@asynccontextmanager
async def peer(
    answer: Answer, urls: str = URLS, name: str = "peer-of-tests"
) -> AsyncIterator[tuple[Peer, list[str]]]:
    """A peer, and the hosts that were asked."""
    hosts: list[str] = []

    def handle(request: httpx.Request) -> httpx.Response:
        hosts.append(request.url.host)
        return answer(request)

    peer = Peer(name, urls, timeout=1.0, transport=httpx.MockTransport(handle))
    try:
        yield peer, hosts
    finally:
        await peer.close()


def _ok(_: httpx.Request) -> httpx.Response:
    return httpx.Response(200, json={})


def _status(status: int) -> Answer:
    return lambda _: httpx.Response(status)


async def test_replicas_take_turns() -> None:
    """Calls go round the replicas."""
    async with peer(_ok) as (client, hosts):
        for _ in range(6):
            await client.get("/x")
    assert sorted(hosts) == ["a"] * 3 + ["b"] * 3
    assert all(first != second for first, second in itertools.pairwise(hosts))


async def test_failed_get_goes_to_the_next_replica() -> None:
    """A GET that one replica answers with 5xx is answered by the other."""
    retried = MetricDelta("retries_total", call="peer-of-tests")
    async with peer(lambda r: httpx.Response(503 if r.url.host == "a" else 200)) as (client, hosts):
        for _ in range(4):
            assert (await client.get("/x")).status_code == 200
    assert set(hosts) == {"a", "b"}
    assert retried.value == hosts.count("a") > 0


async def test_a_repeated_call_says_so(captured_spans: CapturedSpans) -> None:
    """The span of each request after the first has its number, at another replica and after a wait."""

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.host == "a":
            raise httpx.ConnectError("refused")
        return httpx.Response(503)

    async with peer(answer) as (client, _):
        with pytest.raises(Unavailable):
            await client.get("/x")
    counts = [(span.attributes or {}).get("http.request.resend_count") for span in captured_spans.all]
    assert counts == [None, *range(1, len(counts))]
    assert len(counts) > 3  # three attempts, and the other replica where one was not reached


async def test_dead_replica_is_not_noticed_even_by_many() -> None:
    """With one replica gone, nobody gets an error, and the breaker stays closed: also for calls not repeatable."""
    real = Peer("half-dead", f"http://127.0.0.1:{free_port()},http://b", transport=_HalfDead())
    answers = await asyncio.gather(
        *(real.get("/x") for _ in range(50)), *(real.post("/x", json={}) for _ in "12345")
    )
    assert {answer.status_code for answer in answers} == {200}
    assert metric_value("circuit_breaker_state", breaker="half-dead", state="closed") == 1
    await real.close()


class _HalfDead(httpx.AsyncBaseTransport):
    """Refuses connections to 127.0.0.1, answers slowly for others."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if request.url.host == "127.0.0.1":
            raise httpx.ConnectError("refused", request=request)
        await asyncio.sleep(0.01)
        return httpx.Response(200)


@pytest.mark.alone
async def test_hanging_replica_is_asked_last() -> None:
    """A replica that accepts and never answers costs one call its time-out, counted; then others come first."""

    async def hang(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()  # until the client hangs up
        writer.close()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}")
        await writer.drain()
        writer.close()

    servers = [await asyncio.start_server(handler, "127.0.0.1", 0) for handler in (hang, answer)]
    urls = ",".join(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}" for server in servers)
    client = Peer("half-hung", urls, timeout=0.3)
    started = time.monotonic()
    for _ in range(8):
        assert (await client.get("/x")).status_code == 200
    assert time.monotonic() - started < 1.0
    assert metric_value("timeouts_total", call="half-hung") == 1
    await client.close()
    for server in servers:
        server.close()
        await server.wait_closed()


async def test_a_full_pool_speaks_against_nobody() -> None:
    """When all our own connections are busy, replicas and breaker stay as they were: the peer was not asked."""

    def full(request: httpx.Request) -> httpx.Response:
        raise httpx.PoolTimeout("all are in use", request=request)

    async with peer(full, name="busy") as (client, hosts):
        for _ in range(8):
            with pytest.raises(Unavailable):
                await client.post("/x", json={})
    assert hosts == ["b", "a"] * 4  # in turn: none is asked last
    assert metric_value("circuit_breaker_state", breaker="busy", state="closed") == 1


@pytest.mark.parametrize("status", [400, 401, 404, 409, 422, 429])
async def test_refusals_are_answers(status: int) -> None:
    """4xx is passed on, not repeated, and does not speak against the peer."""
    async with peer(_status(status)) as (client, hosts):
        for _ in range(8):
            assert (await client.get("/x")).status_code == status
    assert len(hosts) == 8


async def test_post_is_repeated_only_when_harmless() -> None:
    """An unsafe call is made once; an idempotent one is tried again."""
    async with peer(_status(500)) as (client, hosts):
        with pytest.raises(Unavailable):
            await client.post("/x", json={})
        assert len(hosts) == 1
        with pytest.raises(Unavailable):
            await client.post("/x", json={}, idempotent=True)
        assert len(hosts) == 4


async def test_open_breaker_answers_at_once() -> None:
    """After five failures in a row calls are not made: Unavailable, with the time to wait."""
    async with peer(_status(500), name="broken") as (client, hosts):
        for _ in range(2):
            with pytest.raises(Unavailable):
                await client.get("/x")
        asked = len(hosts)
        with pytest.raises(Unavailable, match="not tried") as caught:
            await client.get("/x")
    assert asked == 5
    assert len(hosts) == asked
    assert 1 <= int(caught.value.headers["Retry-After"]) <= 5
    assert metric_value("circuit_breaker_state", breaker="broken", state="open") == 1


async def test_nobody_there() -> None:
    """No connection at all is Unavailable too."""
    client = Peer("nobody", f"http://127.0.0.1:{free_port()}")
    with pytest.raises(Unavailable, match="nobody does not answer"):
        await client.get("/x")
    await client.close()


async def test_an_address_without_http_is_nobody() -> None:
    """A setting without its `http://` is a failure like any other of this peer, not a fault of whoever calls."""
    client = Peer("peer-misspelt", "order-service:8000", timeout=1.0)
    with pytest.raises(Unavailable, match="peer-misspelt"):
        await client.get("/x")
    await client.close()
