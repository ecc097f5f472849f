"""Work is given up and connections end at any moment: what was acknowledged is there, and nothing by halves."""

import asyncio
import random
from contextlib import suppress

import pytest
from sqlalchemy import insert, text

from services.shared.database import STORE_ERRORS, Database
from tests.services.shared.tables import COUNT, WAIT, WRITE, effects

_END_ONE = text(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
    "WHERE datname = current_database() AND pid <> pg_backend_pid() ORDER BY random() LIMIT 1"
)
_PATIENCE = (0.001, 0.005, 0.01, 0.02, 0.05, 10, 10)  # seconds


class _Crowd:
    """Writes and reads by few connections, by prepared statements and by sessions of SQLAlchemy."""

    def __init__(self, database: Database, seed: int) -> None:
        self._database = database
        self._seed = seed
        self._chance = random.Random(seed)
        self.attempted: list[str] = []
        self.acknowledged: set[str] = set()

    async def do_something(self) -> None:
        """Write or read, and give up soon or never."""
        with suppress(LookupError, *STORE_ERRORS):  # TimeoutError is one
            async with asyncio.timeout(self._chance.choice(_PATIENCE)):
                await (self._write() if self._chance.random() < 0.6 else self._read())

    async def _write(self) -> None:
        name = f"{self._seed}-{len(self.attempted)}"
        self.attempted.append(name)
        await (self._prepared(name) if self._chance.random() < 0.7 else self._by_session(name))
        self.acknowledged.add(name)

    async def _prepared(self, name: str) -> None:
        async with self._database.transaction() as transaction:
            await transaction.run(WRITE, given=name)
            if self._chance.random() < 0.5:
                await transaction.run(WAIT, seconds=self._chance.random() * 0.02)
            if self._chance.random() < 0.1:
                raise LookupError
            await transaction.run(WRITE, given=name)

    async def _by_session(self, name: str) -> None:
        async with self._database.session() as session:
            await session.execute(insert(effects).values(what=name))
            if self._chance.random() < 0.1:
                raise LookupError
            await session.execute(insert(effects).values(what=name))

    async def _read(self) -> None:
        await self._database.ask(COUNT, given="anything")
        await self._database.ask(WAIT, seconds=self._chance.random() * 0.02)


async def _end_connections(database: Database, seed: int) -> None:
    chance = random.Random(seed)
    while True:
        await asyncio.sleep(chance.random() * 0.15)
        async with database.session() as session:
            await session.execute(_END_ONE)


@pytest.mark.parametrize("seed", range(2))
async def test_what_was_acknowledged_is_there(database: Database, database_url: str, seed: int) -> None:
    """Both rows of each write, or none where it was not acknowledged; and every connection can be used again."""
    few = Database(database_url, size=3)
    crowd = _Crowd(few, seed)
    ending = asyncio.create_task(_end_connections(database, seed))
    for _ in range(15):
        await asyncio.gather(*(crowd.do_something() for _ in range(20)))
    ending.cancel()
    await asyncio.gather(ending, return_exceptions=True)
    found = {name: (await few.ask(COUNT, given=name))[0][0] for name in crowd.attempted}
    assert set(found.values()) <= {0, 2}
    assert crowd.acknowledged
    assert {name for name in crowd.acknowledged if found[name] == 0} == set()
    await asyncio.gather(*(few.ask(WAIT, seconds=0.1) for _ in range(3)))
    await few.close()
