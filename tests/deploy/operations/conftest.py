"""The platform's stores, reached past its services: to look into them, and to spoil what they hold."""

import asyncio
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import asyncpg
import pymongo
import pytest
from pymongo.database import Database

from deploy.installation.addresses import StoreUrls
from deploy.installation.layout import Layout

Sql = Callable[..., list[tuple[Any, ...]]]


@pytest.fixture
def sql(platform: Layout) -> Sql:
    """`sql(database, statement, *arguments)`: its rows."""

    async def ask(database: str, statement: str, *arguments: object) -> list[tuple[Any, ...]]:
        url = StoreUrls(platform).postgres(database).replace("+asyncpg", "")
        connection = await asyncpg.connect(url)
        try:
            return [tuple(row) for row in await connection.fetch(statement, *arguments)]
        finally:
            await connection.close()

    return lambda *arguments: asyncio.run(ask(*arguments))


@pytest.fixture
def ledger(platform: Layout) -> Iterator[sqlite3.Connection]:
    """The provider's ledger; every statement is its own transaction."""
    path = platform.data / "provider" / "ledger.sqlite"
    with closing(sqlite3.connect(path, timeout=10, isolation_level=None)) as connection:
        yield connection


@pytest.fixture
def documents(platform: Layout) -> Iterator[Database[dict[str, Any]]]:
    """The product service's database."""
    client: pymongo.MongoClient[dict[str, Any]] = pymongo.MongoClient(StoreUrls(platform).mongo)
    with client:
        yield client.get_default_database()
