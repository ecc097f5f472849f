"""The ways to break something: others notice while it lasts, and nothing is left of it."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import asyncpg
import pytest
from cryptography import x509
from redis.asyncio import Redis

from deploy.installation import secrets
from deploy.installation.addresses import StoreUrls
from deploy.installation.layout import Layout
from deploy.operations.drills.broker import NoSpace
from deploy.operations.drills.certificate import ShortCertificate
from deploy.operations.drills.place import Place
from deploy.operations.drills.postgres import Lock, ShutOut
from deploy.operations.drills.programs import Crash
from deploy.operations.drills.redis import Pause
from deploy.operations.installation import Programs
from tests.services.infrastructure import isolated_layout, running_postgres, running_redis
from tests.services.support import until

Connect = Callable[..., Awaitable[Any]]


@pytest.fixture(scope="module")
def layout() -> Iterator[Layout]:
    """An installation of a PostgreSQL and a Redis."""
    with isolated_layout() as layout:
        keys = secrets.ensure(layout.secrets)
        with running_postgres(layout, keys), running_redis(layout, keys):
            yield layout


@pytest.fixture
def at(layout: Layout) -> Place:
    """Where a drill takes place; nothing of it is a program."""
    return Place(layout, cast(Programs, None))


@pytest.fixture
def connect(at: Place) -> Connect:
    """Connects as the superuser."""

    async def connection(database: str = "postgres") -> Any:
        return await asyncpg.connect(
            host="127.0.0.1",
            port=at.layout.port("postgres"),
            user="postgres",
            password=at.secrets.postgres_password,
            database=database,
            server_settings={"lock_timeout": "100"},
        )

    return connection


async def test_a_locked_table_can_be_read_when_the_drill_is_over(at: Place, connect: Connect) -> None:
    """Not before."""
    session = await connect()
    await session.execute("CREATE TABLE things (id int)")
    async with at.held:
        await Lock("postgres", "things").begin(at)
        with pytest.raises(asyncpg.LockNotAvailableError):
            await session.execute("SELECT FROM things")
    await session.execute("SET lock_timeout = '10s'; SELECT FROM things")
    await session.close()


async def test_a_database_is_out_of_reach_until_the_drill_is_over(at: Place, connect: Connect) -> None:
    """Its connections were cut, and whoever connects gets no answer; other databases work."""
    session = await connect()
    await session.execute("CREATE DATABASE lonely")
    inside = await connect(database="lonely")
    async with at.held:
        await ShutOut("lonely").begin(at)
        with pytest.raises((asyncpg.PostgresConnectionError, asyncpg.InterfaceError, asyncpg.AdminShutdownError)):
            await inside.execute("SELECT 1")
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.5):
                await connect(database="lonely")
        busy = "SELECT state FROM pg_stat_activity WHERE application_name = 'drill' AND backend_xid IS NOT NULL"
        assert "idle in transaction" not in {await session.fetchval(busy) for _ in range(5)}
    again = await connect(database="lonely")
    for one in (again, session):
        await one.close()


async def test_redis_waits_again_and_again(at: Place) -> None:
    """And answers at once when the drill is over."""
    client = Redis.from_url(StoreUrls(at.layout).redis)

    async def longest() -> float:
        found = 0.0
        for _ in range(20):
            began = time.perf_counter()
            await client.get("key")
            found = max(found, time.perf_counter() - began)
        return found

    async with at.held:
        await Pause(milliseconds=150, each=200).begin(at)
        deadline = time.monotonic() + 10
        while await longest() < 0.08:
            assert time.monotonic() < deadline
    await client.get("key")  # the last pause ends
    assert await longest() < 0.08
    await client.aclose()


class Told:
    """Programs that only note what they are told."""

    def __init__(self) -> None:
        self.kills = 0
        self.told: list[object] = []

    def kill(self, name: str) -> None:
        self.kills += 1

    def start(self, names: Sequence[str]) -> None:
        self.told.append(("start", *names))

    def reload(self, name: str) -> None:
        self.told.append(("reload", name))

    def tell_broker(self, command: Sequence[str]) -> None:
        self.told.append(command)


async def test_a_program_is_killed_until_the_drill_is_over(layout: Layout) -> None:
    """Then it is started, where nobody has done that."""
    told, way = Told(), Crash("toy", each_seconds=0.01)
    at = Place(layout, cast(Programs, told))

    async def again() -> bool:
        return told.kills > 2

    async with at.held:
        await way.begin(at)
        await until(again)
    await way.heal(at)
    assert told.told == [("start", "toy")]


async def test_the_right_certificate_comes_back(layout: Layout) -> None:
    """Meanwhile there is one with the same key that ends soon; mending works twice."""
    told, way = Told(), ShortCertificate(days=10)
    at = Place(layout, cast(Programs, told))
    right = at.secrets.tls_certificate_file.read_bytes()
    await way.begin(at)
    found = [x509.load_pem_x509_certificate(one) for one in (right, at.secrets.tls_certificate_file.read_bytes())]
    await way.heal(at)
    await way.heal(at)
    left = found[1].not_valid_after_utc - datetime.now(UTC)
    assert timedelta(days=9) < left < timedelta(days=11)
    assert found[0].public_key() == found[1].public_key()
    assert at.secrets.tls_certificate_file.read_bytes() == right
    assert told.told == [("reload", "gateway")] * 2


async def test_the_broker_wants_space_and_then_what_it_wanted_before(layout: Layout) -> None:
    """By its own tool."""
    told, way = Told(), NoSpace(wanted="900TB", right="200MB")
    at = Place(layout, cast(Programs, told))
    await way.begin(at)
    await way.heal(at)
    assert told.told == [("set_disk_free_limit", "900TB"), ("set_disk_free_limit", "200MB")]
