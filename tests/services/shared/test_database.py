"""The database: what passes is told apart from what is wrong, and nothing counts that was undone."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from asyncpg import Connection
from asyncpg.transaction import Transaction
from sqlalchemy import Column, Double, Integer, MetaData, Table, bindparam, event, func, insert, select, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, IntegrityError

from services.shared import database as database_module
from services.shared.database import STORE_ERRORS, Database, DatabaseUnavailableError, after_commit, run
from services.shared.prepared import Prepared
from tests.services.infrastructure import dead_port
from tests.services.round_trips import counted
from tests.services.shared.tables import effects


async def _run(database: Database, *statements: str) -> None:
    async with database.transaction() as session:
        for statement in statements:
            await session.execute(text(statement))


def _at(url: str, **changes: object) -> str:
    return make_url(url).set(**changes).render_as_string(hide_password=False)  # type: ignore[arg-type]


async def test_nobody_listens(database_url: str) -> None:
    """A refused connection is an outage."""
    database = Database(_at(database_url, port=dead_port()))
    with pytest.raises(STORE_ERRORS):
        await _run(database, "SELECT 1")
    with pytest.raises(STORE_ERRORS):
        await database.ping()
    await database.close()


@pytest.fixture
async def full(database: Database, database_url: str) -> AsyncIterator[Database]:
    """A database whose server has no connection left for us."""
    await _run(
        database,
        "DROP ROLE IF EXISTS crowded",
        "CREATE ROLE crowded LOGIN PASSWORD 'crowded' CONNECTION LIMIT 0",
    )
    full = Database(_at(database_url, username="crowded", password="crowded"))
    yield full
    await full.close()


async def test_server_is_full(full: Database) -> None:
    """A server that takes no more connections (or is starting, or stopping) is an outage, too."""
    with pytest.raises(STORE_ERRORS):
        await _run(full, "SELECT 1")


async def test_connection_lost_midway(database: Database) -> None:
    """A connection that is killed in a transaction is an outage; the next transaction gets a good one."""
    with pytest.raises(DatabaseUnavailableError):
        await _run(database, "SELECT pg_terminate_backend(pg_backend_pid())", "SELECT 1")
    await _run(database, "SELECT 1")


async def test_pooled_connection_lost(database: Database, database_url: str) -> None:
    """Connections that died while nobody used them are not noticed."""
    other = Database(database_url)
    await _run(other, "SELECT 1")
    await _end_the_others(database)
    await _run(other, "SELECT 1")
    await other.close()


async def _end_the_others(database: Database) -> None:
    await _run(
        database,
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid()",
    )


@pytest.fixture
async def unaware(database_url: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Database]:
    """A database whose connections do not notice their end before they are used: it came in the same moment."""
    monkeypatch.setattr("asyncpg.connection.Connection.is_closed", _seen_late())
    unaware = Database(database_url)
    yield unaware
    await unaware.close()


def _seen_late() -> Callable[[Connection], bool]:
    """`is_closed` whose first answer about each ended connection is wrong."""
    seen: set[int] = set()
    is_closed = Connection.is_closed

    def late(connection: Connection) -> bool:
        if is_closed(connection) and id(connection) not in seen:
            seen.add(id(connection))
            return False
        return bool(is_closed(connection))

    return late


async def test_a_connection_that_ends_in_this_moment_costs_nobody_a_read(
    unaware: Database, database: Database
) -> None:
    """The statement is repeated on another connection."""
    await unaware.read(text("SELECT 1"))
    await _end_the_others(database)
    [(two,)] = await unaware.read(text("SELECT 2"))
    assert two == 2


async def test_a_connection_that_ends_in_this_moment_costs_nobody_a_transaction(
    unaware: Database, database: Database
) -> None:
    """Its BEGIN fails, and another connection takes its place."""
    await _run(unaware, "SELECT 1")
    await _end_the_others(database)
    await _run(unaware, "SELECT 2")


async def test_nothing_is_asked_of_a_connection_but_the_work(database_url: str) -> None:
    """A read is one round trip, a transaction of one statement is three."""
    async with counted(database_url) as (database, trips):
        await database.read(text("SELECT 1"))  # connects and prepares
        trips.reset()
        await database.read(text("SELECT 1"))
        assert trips.count == 1
        trips.reset()
        await _run(database, "SELECT 1")
        assert trips.count == 3


_WRITE = Prepared(insert(effects).values(what=bindparam("given")).returning(effects.c.what))
_SLOW = Prepared(select(func.pg_sleep(bindparam("seconds", type_=Double))))
_COUNT = Prepared(select(func.count()).select_from(effects).where(effects.c.what == bindparam("given")))


async def _alone(database: Database, prepared: Prepared, **values: object) -> None:
    async with database.transaction() as session:
        await run(session, prepared, **values)


async def _fail(database: Database, given: str) -> None:
    async with database.transaction() as session:
        assert [row.what for row in await run(session, _WRITE, given=given)] == [given]
        raise LookupError


@pytest.mark.parametrize("used_before", [False, True])
async def test_a_prepared_statement_is_a_part_of_the_transaction(database_url: str, used_before: bool) -> None:
    """Also as the first one of a new connection: it is undone with the others, or committed with them."""
    database = Database(database_url)
    if used_before:
        await _run(database, "SELECT 1")
    with pytest.raises(LookupError):
        await _fail(database, f"undone-{used_before}")
    assert [tuple(row) for row in await database.ask(_COUNT, given=f"undone-{used_before}")] == [(0,)]
    await _alone(database, _WRITE, given=f"done-{used_before}")
    assert [tuple(row) for row in await database.ask(_COUNT, given=f"done-{used_before}")] == [(1,)]
    await database.close()


async def test_a_connection_that_ends_in_this_moment_costs_nobody_a_prepared_read(
    unaware: Database, database: Database
) -> None:
    """The statement is repeated on another connection."""
    await unaware.ask(_COUNT, given="x")
    await _end_the_others(database)
    assert len(await unaware.ask(_COUNT, given="x")) == 1


async def test_a_prepared_statement_whose_connection_is_lost(database: Database) -> None:
    """It is an outage; the next transaction gets a good connection."""
    end = Prepared(select(func.pg_terminate_backend(func.pg_backend_pid())))
    with pytest.raises(DatabaseUnavailableError):
        await _alone(database, end)
    with pytest.raises(DatabaseUnavailableError):
        await database.ask(end)
    assert len(await database.ask(_COUNT, given="x")) == 1


async def test_a_prepared_read_is_one_round_trip(database_url: str) -> None:
    """A transaction of one prepared statement is three."""
    async with counted(database_url) as (database, trips):
        await database.ask(_COUNT, given="x")  # connects and prepares
        trips.reset()
        await database.ask(_COUNT, given="x")
        assert trips.count == 1
        trips.reset()
        await _alone(database, _COUNT, given="x")
        assert trips.count == 3


async def test_a_prepared_read_that_is_given_up(database_url: str) -> None:
    """Its connection is not used for anything else before it has ended."""
    database = Database(database_url, size=1)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.1):
            await database.ask(_SLOW, seconds=30.0)
    assert len(await database.ask(_COUNT, given="x")) == 1
    await database.close()


async def test_a_prepared_statement_of_another_schema(database_url: str) -> None:
    """A migration has changed a column's type: once it is an outage, in a transaction; a read is repeated."""
    database = Database(database_url, size=1)
    numbers = Table("numbers", MetaData(), Column("number", Integer))
    ask = Prepared(select(numbers.c.number))
    await _run(database, "CREATE TABLE numbers (number integer)", "INSERT INTO numbers VALUES (1)")
    await _alone(database, ask)
    await _run(database, "ALTER TABLE numbers ALTER number TYPE bigint")
    with pytest.raises(DatabaseUnavailableError):
        await _alone(database, ask)
    await _alone(database, ask)
    await _run(database, "ALTER TABLE numbers ALTER number TYPE integer")
    assert [row.number for row in await database.ask(ask)] == [1]
    await _run(database, "DROP TABLE numbers")
    await database.close()


async def test_work_that_is_given_up_is_undone(database_url: str) -> None:
    """Cancelled while a prepared statement is at work: what came before it is undone, and others can work."""
    database = Database(database_url, size=1)
    with pytest.raises(TimeoutError):
        await _give_up(database)
    async with asyncio.timeout(5):
        assert [tuple(row) for row in await database.ask(_COUNT, given="given-up")] == [(0,)]
        await _alone(database, _COUNT, given="given-up")
    await database.close()


async def _give_up(database: Database) -> None:
    async with asyncio.timeout(0.2), database.transaction() as session:
        await run(session, _WRITE, given="given-up")
        await run(session, _SLOW, seconds=30.0)


async def test_work_that_is_given_up_as_it_begins(
    database: Database, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Cancelled while the first transaction of a connection begins: nobody's later work is a part of that one."""
    given_up = Database(database_url)
    begun, start = asyncio.Event(), Transaction.start

    async def begin(transaction: Transaction) -> None:
        begun.set()
        await start(transaction)

    async with given_up.transaction() as session:
        await session.execute(text("SELECT 1"))  # so that the others need a new connection
        monkeypatch.setattr(Transaction, "start", begin)
        work = asyncio.create_task(_alone(given_up, _WRITE, given="never-begun"))
        await begun.wait()
        work.cancel()
        await asyncio.gather(work, return_exceptions=True)
        await _alone(given_up, _WRITE, given="begun-later")
        assert [tuple(row) for row in await database.ask(_COUNT, given="begun-later")] == [(1,)]
    await given_up.close()


@pytest.mark.parametrize(("kind", "step"), [(Transaction, "start"), (Connection, "set_type_codec")])
async def test_a_new_connection_that_ends_at_once(
    database_url: str, monkeypatch: pytest.MonkeyPatch, kind: type[Any], step: str
) -> None:
    """While it is prepared, or as its first transaction begins: it is an outage, too, and the next one is good."""
    ended, take = Database(database_url), getattr(kind, step)

    async def end(self: Any, *args: Any, **options: Any) -> None:
        (self._connection if kind is Transaction else self).terminate()
        await take(self, *args, **options)

    async with ended.transaction() as session:
        await session.execute(text("SELECT 1"))  # so that the others need a new connection
        monkeypatch.setattr(kind, step, end)
        with pytest.raises(DatabaseUnavailableError):
            await _alone(ended, _COUNT, given="x")
        monkeypatch.setattr(kind, step, take)
        await _alone(ended, _COUNT, given="x")
    await ended.close()


def test_a_value_that_is_missing() -> None:
    """It is said, not taken for NULL."""
    with pytest.raises(KeyError, match="given"):
        _WRITE.arguments({})


async def test_lock_is_not_waited_for_ever(database: Database, database_url: str) -> None:
    """A lock that somebody keeps is an outage after a while."""
    other = Database(database_url)
    async with database.transaction() as session:
        await session.execute(text("LOCK TABLE effects"))
        with pytest.raises(DatabaseUnavailableError, match="LockNotAvailable"):
            await _run(other, "SET LOCAL lock_timeout = 50", "LOCK TABLE effects")
    await other.close()


async def test_slow_statement(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A statement that takes too long is an outage, and the connection can be used again."""
    monkeypatch.setattr(database_module, "_STATEMENT", 0.1)
    database = Database(database_url, size=1)
    with pytest.raises(STORE_ERRORS):
        await _run(database, "SELECT pg_sleep(5)")
    await _run(database, "SELECT 1")
    await database.close()


async def test_deadlock(database: Database) -> None:
    """A deadlock is nobody's mistake: trying again is right."""
    await _run(database, "CREATE TABLE IF NOT EXISTS other_effects (what text)")
    both = asyncio.Barrier(2)

    async def lock(first: str, second: str) -> None:
        async with database.transaction() as session:
            await session.execute(text("SET LOCAL deadlock_timeout = 20"))
            await session.execute(text(f"LOCK TABLE {first}"))
            await both.wait()
            await session.execute(text(f"LOCK TABLE {second}"))

    results = await asyncio.gather(
        lock("effects", "other_effects"), lock("other_effects", "effects"), return_exceptions=True
    )
    assert [type(result) for result in results if result is not None] == [DatabaseUnavailableError]


async def test_mistakes_stay_mistakes(database: Database) -> None:
    """A violated constraint and a wrong statement are not outages."""
    with pytest.raises(IntegrityError):
        await _run(database, "INSERT INTO inbox VALUES (NULL)")
    with pytest.raises(DBAPIError, match="does not exist"):
        await _run(database, "SELECT nothing FROM nowhere")


async def test_after_commit(database: Database) -> None:
    """Actions run once, after their own commit; never when the work was undone, or by a later transaction."""
    ran: list[str] = []

    async def undone() -> None:
        async with database.transaction() as session:
            after_commit(session, lambda: ran.append("undone"))
            raise RuntimeError("undone")

    async with database.transaction() as session:
        after_commit(session, lambda: ran.append("first"))
        after_commit(session, lambda: ran.append("second"))
        await session.execute(insert(effects).values(what="x"))
        assert ran == []
    with pytest.raises(RuntimeError, match="undone"):
        await undone()
    await _run(database, "SELECT 1")
    assert ran == ["first", "second"]


async def test_after_commit_keeps_nothing(database: Database) -> None:
    """Listeners go with their session."""
    registry = event.registry._key_to_collection

    async def work() -> None:
        async with database.transaction() as session:
            after_commit(session, lambda: None)
            await session.execute(text("SELECT 1"))

    await work()
    before = len(registry)
    for _ in range(50):
        await work()
    assert len(registry) <= before + 5
