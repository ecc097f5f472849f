"""Idempotency keys: one effect for a key, for a day, whoever comes at the same time."""

import asyncio
from datetime import timedelta

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import func, text, update

from services.shared.database import Database
from services.shared.errors import Unprocessable
from services.shared.idempotency import KeyUse, keys
from services.shared.idempotency_key import IdempotencyKey, fingerprint
from services.shared.schemas import Schema
from tests.services.support import until

ROUTE = "POST /api/things"


async def _claim(database: Database, resource: str, key: str = "k", user: str = "u", digest: str = "d") -> bool:
    async with database.transaction() as transaction:
        return await KeyUse(user, ROUTE, key, digest).claim(transaction, resource)


async def _known(database: Database, key: str = "k", user: str = "u", digest: str = "d") -> str | None:
    return await KeyUse(user, ROUTE, key, digest).known(database)


async def _grow_older(database: Database, hours: float) -> None:
    async with database.session() as session:
        await session.execute(update(keys).values(created_at=func.now() - timedelta(hours=hours)))


@pytest.mark.parametrize("secret", ["4242424242424242", "4242 4242", "eyJhbGciOiJFZERTQSJ9.e30.c2ln"])
async def test_what_looks_like_a_secret_is_no_key(secret: str) -> None:
    """A key is kept for a day, so a card or a token in its place is refused, as is what is no key at all."""
    app = FastAPI()

    @app.post("/things")
    async def thing(key: IdempotencyKey = None) -> str | None:
        return key

    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://toy") as client:
        assert (await client.post("/things", headers={"Idempotency-Key": secret})).status_code == 422
        assert (await client.post("/things", headers={"Idempotency-Key": "a" * 32})).json() == "a" * 32
        assert (await client.post("/things")).json() is None


async def test_first_claim_counts(database: Database) -> None:
    """The first makes the resource, all others learn of it; other users and keys are apart."""
    assert await _known(database) is None
    assert await _claim(database, "first")
    assert not await _claim(database, "second")
    assert await _known(database) == "first"
    assert await _known(database, user="other") is None
    assert await _known(database, key="other") is None
    assert await _claim(database, "third", user="other")


async def test_a_request_without_a_key(database: Database) -> None:
    """It is done each time, and nothing is kept of it."""
    use = KeyUse("u", ROUTE, None, "d")
    for resource in ("first", "second"):
        async with database.transaction() as transaction:
            assert await use.claim(transaction, resource)
        assert await use.known(database) is None
    async with database.session() as session:
        assert await session.scalar(func.count(keys.c.key)) == 0


async def test_other_body(database: Database) -> None:
    """A key that comes with another body is a mistake of the client."""
    assert await _claim(database, "first")
    with pytest.raises(Unprocessable):
        await _known(database, digest="another")


async def test_expired_key_is_taken_over(database: Database) -> None:
    """After a day a key is as good as new, also with another body."""
    assert await _claim(database, "first")
    await _grow_older(database, 23.9)
    assert not await _claim(database, "second")
    await _grow_older(database, 24.1)
    assert await _known(database, digest="another") is None
    assert await _claim(database, "second", digest="another")
    assert await _known(database, digest="another") == "second"


async def test_second_waits_for_the_first(database: Database) -> None:
    """A request that finds its key in an open transaction waits; when that is undone, the key is free."""
    claimed, undo = asyncio.Event(), asyncio.Event()

    async def undone() -> None:
        async with database.transaction() as transaction:
            assert await KeyUse("u", ROUTE, "k", "d").claim(transaction, "first")
            claimed.set()
            await undo.wait()
            raise RuntimeError("undone")

    first = asyncio.create_task(undone())
    await claimed.wait()
    second = asyncio.create_task(_claim(database, "second"))

    async def waiting() -> bool:
        async with database.session() as session:
            waits = text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
            return bool(await session.scalar(waits))

    await until(waiting)
    assert not second.done()
    undo.set()
    assert await second
    with pytest.raises(RuntimeError, match="undone"):
        await first
    assert await _known(database) == "second"


def test_fingerprint() -> None:
    """Spelling does not matter, content does."""

    class Body(Schema):
        price_cents: int

    def digest(body: dict[str, object]) -> str:
        return fingerprint(Body.model_validate(body))

    assert digest({"priceCents": 5}) == digest({"price_cents": "5"}) != digest({"priceCents": 6})
