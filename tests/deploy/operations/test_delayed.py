"""Events that wait in an outbox for too long are found, in PostgreSQL and in the products."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import pymongo
import pytest

from deploy.installation import secrets
from deploy.installation.addresses import StoreUrls
from deploy.installation.layout import Layout
from deploy.operations import databases, stock
from deploy.operations.facts import Delayed
from tests.services.infrastructure import mongo_root_url

OLD, NEW = timedelta(minutes=2), timedelta(seconds=30)


async def test_the_outbox_of_a_database(platform: Layout) -> None:
    """Those older than a minute, inside a transaction that the relay does not see."""
    url = StoreUrls(platform).postgres("orders")
    connection = await asyncpg.connect(url.replace("+asyncpg", ""))
    try:
        transaction = connection.transaction()
        await transaction.start()
        for name, age in (("old", OLD), ("new", NEW)):
            await connection.execute(
                "INSERT INTO outbox (event, traceparent, request_id, created_at)"
                " VALUES (jsonb_build_object('id', $1::text, 'type', 'order.paid'), '', '', now() - $2::interval)",
                name,
                age,
            )
        database = databases.Database("orders", connection)
        [found] = await database.delayed()
        assert (found.outbox, found.type, found.event_id) == ("orders", "order.paid", "old")
        assert not await database.outbox_is_empty()
        await transaction.rollback()
    finally:
        await connection.close()


async def test_a_session_cannot_write(platform: Layout) -> None:
    """Whatever a statement says."""
    url = StoreUrls(platform).postgres("orders")
    async with databases.connected("orders", url) as database:
        with pytest.raises(Exception, match="read-only transaction"):
            await database.rows("DELETE FROM order_history")


@pytest.fixture
def elsewhere(platform: Layout) -> Iterator[str]:
    """The URL of a database of the test's own, where no service publishes anything."""
    url = mongo_root_url(platform, secrets.ensure(platform.secrets), "test-delayed")
    yield url
    client: pymongo.MongoClient[dict[str, Any]] = pymongo.MongoClient(url)
    with client:
        client.drop_database("test-delayed")


async def test_the_outbox_in_the_products(elsewhere: str) -> None:
    """Those older than a minute, with their product; what is available and held besides."""
    now = datetime.now(UTC)
    client: pymongo.MongoClient[dict[str, Any]] = pymongo.MongoClient(elsewhere)
    with client:
        client.get_default_database()["products"].insert_one(
            {
                "_id": "1",
                "available": 3,
                "reservations": [{"orderId": "o", "quantity": 2}, {"orderId": "p", "quantity": 1}],
                "outbox": [{"id": "old", "at": now - OLD}, {"id": "new", "at": now - NEW}],
            }
        )
    async with stock.connected(elsewhere) as products:
        shelves = await products.shelves()
    assert shelves.delayed == [Delayed("product 1", "product.changed", "old", f"{now - OLD:%F %T}")]
    assert (shelves.available, shelves.held) == ({"1": 3}, {"o": (("1", 2),), "p": (("1", 1),)})
