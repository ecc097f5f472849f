"""The ways to break something: others notice while it lasts, and nothing is left of it."""

from collections.abc import Awaitable, Callable, Iterator
from typing import Any, cast

import asyncpg
import pytest

from deploy.installation import secrets
from deploy.installation.layout import Layout
from deploy.operations.drills.place import Place
from deploy.operations.drills.postgres import Lock
from deploy.operations.installation import Programs
from tests.services.infrastructure import isolated_layout, running_postgres

Connect = Callable[..., Awaitable[Any]]


@pytest.fixture(scope="module")
def layout() -> Iterator[Layout]:
    """An installation of a PostgreSQL."""
    with isolated_layout() as layout:
        keys = secrets.ensure(layout.secrets)
        with running_postgres(layout, keys):
            yield layout


@pytest.fixture
def at(layout: Layout) -> Place:
    """Where a drill takes place; nothing of it is a program."""
    return Place(layout, cast(Programs, None))


@pytest.fixture
def connect(at: Place) -> Connect:
    """Connects as the superuser, or as a role."""

    async def connection(user: str = "postgres", password: str = at.secrets.postgres_password) -> Any:
        port = at.layout.port("postgres")
        settings = {"lock_timeout": "100"}
        return await asyncpg.connect(
            host="127.0.0.1",
            port=port,
            user=user,
            password=password,
            database="postgres",
            server_settings=settings,
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
