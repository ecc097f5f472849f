"""The platform's stores, reached past its services: to look into them, and to spoil what they hold."""

import asyncio
from collections.abc import Callable
from typing import Any

import asyncpg
import pytest

from deploy.native import postgres, secrets
from deploy.native.layout import Layout

Sql = Callable[..., list[tuple[Any, ...]]]


@pytest.fixture
def sql(platform: Layout) -> Sql:
    """`sql(database, statement, *arguments)`: its rows."""
    keys = secrets.ensure(platform.secrets)
    passwords = {"orders": keys.orders_password, "payments": keys.payments_password}

    async def ask(database: str, statement: str, *arguments: object) -> list[tuple[Any, ...]]:
        url = postgres.database_url(platform, database, passwords[database]).replace("+asyncpg", "")
        connection = await asyncpg.connect(url)
        try:
            return [tuple(row) for row in await connection.fetch(statement, *arguments)]
        finally:
            await connection.close()

    return lambda *arguments: asyncio.run(ask(*arguments))
