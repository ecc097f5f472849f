"""Prepared statements: a part of the transaction like all others, whatever becomes of it and of its connection."""

import asyncio
from typing import Any

import pytest
from asyncpg import Connection
from asyncpg.transaction import Transaction
from sqlalchemy import Column, Integer, MetaData, Table, func, select, text

from services.shared.database import STORE_ERRORS, Database, DatabaseUnavailableError
from services.shared.prepared import Prepared
from tests.services.round_trips import counted
from tests.services.shared.tables import COUNT, WAIT, WRITE, alone, execute

pytestmark = pytest.mark.usefixtures("database")  # it has the tables


async def _fail(database: Database, given: str) -> None:
    async with database.transaction() as transaction:
        assert [row.what for row in await transaction.run(WRITE, given=given)] == [given]
        raise LookupError


@pytest.mark.parametrize("used_before", [False, True])
async def test_a_prepared_statement_is_a_part_of_the_transaction(database_url: str, used_before: bool) -> None:
    """Also as the first one of a new connection: it is undone with the others, or committed with them."""
    database = Database(database_url)
    if used_before:
        await execute(database, "SELECT 1")
    with pytest.raises(LookupError):
        await _fail(database, f"undone-{used_before}")
    assert [tuple(row) for row in await database.ask(COUNT, given=f"undone-{used_before}")] == [(0,)]
    await alone(database, WRITE, given=f"done-{used_before}")
    assert [tuple(row) for row in await database.ask(COUNT, given=f"done-{used_before}")] == [(1,)]
    await database.close()


async def test_a_prepared_statement_whose_connection_is_lost(database: Database) -> None:
    """It is an outage; the next transaction gets a good connection."""
    end = Prepared(select(func.pg_terminate_backend(func.pg_backend_pid())))
    with pytest.raises(DatabaseUnavailableError):
        await alone(database, end)
    with pytest.raises(DatabaseUnavailableError):
        await database.ask(end)
    assert len(await database.ask(COUNT, given="x")) == 1


async def test_a_prepared_read_is_one_round_trip(database_url: str) -> None:
    """A transaction of one prepared statement is three."""
    async with counted(database_url) as (database, trips):
        await database.ask(COUNT, given="x")  # connects and prepares
        trips.reset()
        await database.ask(COUNT, given="x")
        assert trips.count == 1
        trips.reset()
        await alone(database, COUNT, given="x")
        assert trips.count == 3


async def test_a_prepared_read_that_is_given_up(database_url: str) -> None:
    """Its connection is not used for anything else before it has ended."""
    database = Database(database_url, size=1)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.1):
            await database.ask(WAIT, seconds=30.0)
    assert len(await database.ask(COUNT, given="x")) == 1
    await database.close()


async def test_a_prepared_statement_of_another_schema(database_url: str) -> None:
    """A migration has changed a column's type: once it is an outage, in a transaction; a read is repeated."""
    database = Database(database_url, size=1)
    numbers = Table("numbers", MetaData(), Column("number", Integer))
    ask = Prepared(select(numbers.c.number))
    await execute(database, "CREATE TABLE numbers (number integer)", "INSERT INTO numbers VALUES (1)")
    await alone(database, ask)
    await execute(database, "ALTER TABLE numbers ALTER number TYPE bigint")
    with pytest.raises(DatabaseUnavailableError):
        await alone(database, ask)
    await alone(database, ask)
    await execute(database, "ALTER TABLE numbers ALTER number TYPE integer")
    assert [row.number for row in await database.ask(ask)] == [1]
    await execute(database, "DROP TABLE numbers")
    await database.close()


async def test_work_that_is_given_up_is_undone(database_url: str) -> None:
    """Cancelled while a prepared statement is at work: what came before it is undone, and others can work."""
    database = Database(database_url, size=1)
    with pytest.raises(TimeoutError):
        await _give_up(database)
    async with asyncio.timeout(5):
        assert [tuple(row) for row in await database.ask(COUNT, given="given-up")] == [(0,)]
        await alone(database, COUNT, given="given-up")
    await database.close()


async def _give_up(database: Database) -> None:
    async with asyncio.timeout(0.2), database.transaction() as transaction:
        await transaction.run(WRITE, given="given-up")
        await transaction.run(WAIT, seconds=30.0)


async def test_work_that_is_given_up_as_it_begins(
    database: Database, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Cancelled while the first transaction of a connection begins: nobody's later work is a part of that one."""
    given_up = Database(database_url)
    begun, execute = asyncio.Event(), Connection.execute

    async def begin(connection: Connection, command: str) -> str:
        begun.set()
        return str(await execute(connection, command))

    async with given_up.session() as session:
        await session.execute(text("SELECT 1"))  # so that the others need a new connection
        monkeypatch.setattr(Connection, "execute", begin)
        work = asyncio.create_task(alone(given_up, WRITE, given="never-begun"))
        await begun.wait()
        work.cancel()
        await asyncio.gather(work, return_exceptions=True)
        await alone(given_up, WRITE, given="begun-later")
        assert [tuple(row) for row in await database.ask(COUNT, given="begun-later")] == [(1,)]
    await given_up.close()


@pytest.mark.parametrize("is_prepared", [False, True])
async def test_a_transaction_whose_beginning_takes_too_long(
    database: Database, database_url: str, monkeypatch: pytest.MonkeyPatch, is_prepared: bool
) -> None:
    """The server has begun it after all: nobody's later work is a part of that one."""
    slow = Database(database_url)
    kind, step = (Connection, "execute") if is_prepared else (Transaction, "start")
    take = getattr(kind, step)

    async def begin(*args: Any) -> None:
        await take(*args)
        raise TimeoutError

    async with slow.session() as session:
        await session.execute(text("SELECT 1"))  # so that the others need a new connection
        monkeypatch.setattr(kind, step, begin)
        with pytest.raises(STORE_ERRORS):
            await (alone(slow, COUNT, given="x") if is_prepared else execute(slow, "SELECT 1"))
        monkeypatch.setattr(kind, step, take)
        await alone(slow, WRITE, given=f"begun-in-time-{is_prepared}")
        found = await database.ask(COUNT, given=f"begun-in-time-{is_prepared}")
        assert [tuple(row) for row in found] == [(1,)]
    await slow.close()


@pytest.mark.parametrize("step", ["execute", "set_type_codec"])
async def test_a_new_connection_that_ends_at_once(
    database_url: str, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    """While it is prepared, or as its first transaction begins: it is an outage, too, and the next one is good."""
    ended, take = Database(database_url), getattr(Connection, step)

    async def end(connection: Any, *args: Any, **options: Any) -> None:
        connection.terminate()
        await take(connection, *args, **options)

    async with ended.session() as session:
        await session.execute(text("SELECT 1"))  # so that the others need a new connection
        monkeypatch.setattr(Connection, step, end)
        with pytest.raises(DatabaseUnavailableError):
            await alone(ended, COUNT, given="x")
        monkeypatch.setattr(Connection, step, take)
        await alone(ended, COUNT, given="x")
    await ended.close()


def test_a_value_that_is_missing() -> None:
    """It is said, not taken for NULL."""
    with pytest.raises(KeyError, match="given"):
        WRITE.arguments({})
