"""The inbox: an event has its effect once, in one transaction with the note that it came."""

import asyncio

import pytest
from sqlalchemy import func, select

from services.shared.database import Database, Transaction
from services.shared.events.envelope import Event
from services.shared.events.inbox import inbox, once
from tests.services.shared.conftest import TYPE, Thing
from tests.services.shared.tables import WRITE, effects


async def _effect(transaction: Transaction, thing: Thing) -> bool:
    await transaction.run(WRITE, given=f"thing {thing.n}")
    return True


async def _count(database: Database) -> tuple[int, int]:
    """Rows of effects and of the inbox."""
    async with database.session() as session:
        tables = (effects, inbox)
        done, noted = [int(await session.scalar(select(func.count()).select_from(t)) or 0) for t in tables]
    return done, noted


def _event() -> Event:
    return Event(type=TYPE, data={})


async def test_twice(database: Database) -> None:
    """A repeated event is a duplicate; another queue has a memory of its own."""
    event = _event()
    handle = once(database, "one", {TYPE: _effect})
    assert [await handle(event), await handle(event)] == ["ok", "duplicate"]
    assert await once(database, "two", {TYPE: _effect})(event) == "ok"
    assert await _count(database) == (2, 2)


async def test_at_the_same_time(database: Database) -> None:
    """Two deliveries of one event at once have one effect."""
    event = _event()
    handle = once(database, "one", {TYPE: _effect})
    results = await asyncio.gather(*(handle(event) for _ in range(5)))
    assert sorted(results) == ["duplicate"] * 4 + ["ok"]
    assert await _count(database) == (1, 1)


async def test_failed_effect_is_forgotten(database: Database) -> None:
    """When the effect fails, the event was not taken in: the next delivery does it."""
    times: list[int] = []

    async def fails_once(transaction: Transaction, thing: Thing) -> bool:
        await _effect(transaction, thing)
        times.append(1)
        if len(times) == 1:
            raise RuntimeError("cannot")
        return True

    event = _event()
    handle = once(database, "one", {TYPE: fails_once})
    with pytest.raises(RuntimeError, match="cannot"):
        await handle(event)
    assert await _count(database) == (0, 0)
    assert await handle(event) == "ok"
    assert await _count(database) == (1, 1)


async def test_ignored_is_remembered(database: Database) -> None:
    """An event that changes nothing is noted as well."""

    async def nothing(_: Transaction, __: Event) -> bool:
        return False

    event = _event()
    handle = once(database, "one", {TYPE: nothing})
    assert [await handle(event), await handle(event)] == ["ignored", "duplicate"]
