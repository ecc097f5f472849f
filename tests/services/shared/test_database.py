"""The database: what passes is told apart from what is wrong, and nothing counts that was undone."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from functools import partial

import pytest
from asyncpg import Connection, DivisionByZeroError
from sqlalchemy import Integer, bindparam, select, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, IntegrityError

from services.shared import database as database_module
from services.shared.database import STORE_ERRORS, Database, DatabaseUnavailableError
from services.shared.prepared import Prepared
from tests.free_ports import free_port
from tests.services.proxy import proxy_to
from tests.services.round_trips import counted
from tests.services.shared.tables import COUNT, WRITE, alone, execute
from tests.services.support import until


def _at(url: str, **changes: object) -> str:
    return make_url(url).set(**changes).render_as_string(hide_password=False)  # type: ignore[arg-type]


async def test_nobody_listens(database_url: str) -> None:
    """A refused connection is an outage."""
    database = Database(_at(database_url, port=free_port()))
    with pytest.raises(STORE_ERRORS):
        await execute(database, "SELECT 1")
    with pytest.raises(STORE_ERRORS):
        await database.ping()
    await database.close()


@pytest.fixture
async def full(database: Database, database_url: str) -> AsyncIterator[Database]:
    """A database whose server has no connection left for us."""
    await execute(
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
        await execute(full, "SELECT 1")


async def test_connection_lost_midway(database: Database) -> None:
    """A connection that is killed in a transaction is an outage; the next transaction gets a good one."""
    with pytest.raises(DatabaseUnavailableError):
        await execute(database, "SELECT pg_terminate_backend(pg_backend_pid())", "SELECT 1")
    await execute(database, "SELECT 1")


async def test_pooled_connection_lost(database: Database, database_url: str) -> None:
    """Connections that died while nobody used them are not noticed."""
    other = Database(database_url)
    await execute(other, "SELECT 1")
    await _end_the_others(database)
    await execute(other, "SELECT 1")
    await other.close()


async def _end_the_others(database: Database) -> None:
    await execute(
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
    await execute(unaware, "SELECT 1")
    await _end_the_others(database)
    await execute(unaware, "SELECT 2")
    await _end_the_others(database)
    await alone(unaware, WRITE, given="x")


async def test_a_connection_that_ends_in_this_moment_costs_nobody_a_prepared_read(
    unaware: Database, database: Database
) -> None:
    """The statement is repeated on another connection."""
    await unaware.ask(COUNT, given="x")
    await _end_the_others(database)
    assert len(await unaware.ask(COUNT, given="x")) == 1


_READY, _WITHIN = b"Z\x00\x00\x00\x05I", b"Z\x00\x00\x00\x05T"  # for a query, outside and inside a transaction
_ENDS = b"SFATAL\0VFATAL\0C57P01\0Mterminating connection due to administrator command\0\0"
_FAREWELL = b"E" + (len(_ENDS) + 4).to_bytes(4) + _ENDS


@pytest.mark.parametrize(("words", "after"), [*((_READY, n) for n in range(3)), *((_WITHIN, n) for n in range(5))])
async def test_the_first_connection_is_told_to_end(
    database: Database, database_url: str, words: bytes, after: int
) -> None:
    """The server says farewell, and closes it later, while SQLAlchemy asks what server it is: an outage."""
    async with proxy_to(make_url(database_url).port or 0) as proxy:
        far = Database(_at(database_url, port=proxy.port))
        proxy.add_to_answer(words, _FAREWELL, after=after)
        with suppress(DatabaseUnavailableError):
            await execute(far, "SELECT 1")
        assert proxy.added == 1
        await execute(far, "SELECT 1")
        await far.close()


async def test_a_connection_is_told_to_end_while_nobody_uses_it(database: Database, database_url: str) -> None:
    """As good as closed: another one takes its place."""
    async with proxy_to(make_url(database_url).port or 0) as proxy:
        far = Database(_at(database_url, port=proxy.port))
        for _ in range(3):
            proxy.add_to_answer(_READY, _FAREWELL)
            await far.read(text("SELECT 1"))
            assert len(await far.read(text("SELECT 1"))) == 1
            proxy.add_to_answer(_READY, _FAREWELL)
            await far.ask(COUNT, given="x")
            assert len(await far.ask(COUNT, given="x")) == 1
            for work in (partial(execute, far, "SELECT 1"), partial(alone, far, COUNT, given="x")):
                proxy.add_to_answer(_READY, _FAREWELL)
                await work()
                await work()
        await far.close()


async def test_nothing_is_asked_of_a_connection_but_the_work(database_url: str) -> None:
    """A read is one round trip, a transaction of one statement is three."""
    async with counted(database_url) as (database, trips):
        await database.read(text("SELECT 1"))  # connects and prepares
        trips.reset()
        await database.read(text("SELECT 1"))
        assert trips.count == 1
        trips.reset()
        await execute(database, "SELECT 1")
        assert trips.count == 3


async def test_lock_is_not_waited_for_ever(database: Database, database_url: str) -> None:
    """A lock that somebody keeps is an outage after a while."""
    other = Database(database_url)
    async with database.session() as session:
        await session.execute(text("LOCK TABLE effects"))
        with pytest.raises(DatabaseUnavailableError, match="LockNotAvailable"):
            await execute(other, "SET LOCAL lock_timeout = 50", "LOCK TABLE effects")
    await other.close()


async def test_slow_statement(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A statement that takes too long is an outage, and the connection can be used again."""
    monkeypatch.setattr(database_module, "_STATEMENT", 0.1)
    database = Database(database_url, size=1)
    with pytest.raises(STORE_ERRORS):
        await execute(database, "SELECT pg_sleep(5)")
    await execute(database, "SELECT 1")
    await database.close()


async def test_a_statement_does_not_outlive_its_client(
    database: Database, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server ends it, and with it its locks, also when nobody tells it that the client is gone."""
    monkeypatch.setattr(database_module, "_STATEMENT", 0.1)
    gone = Database(database_url)
    asleep = text("SELECT count(*) FROM pg_stat_activity WHERE query = 'SELECT pg_sleep(60)' AND state = 'active'")

    async def sleepers() -> int:
        [(count,)] = await database.read(asleep)
        return int(count)

    async def sleeps() -> bool:
        return await sleepers() == 1

    async def has_ended() -> bool:
        return await sleepers() == 0

    taken = await gone._take()
    work = asyncio.create_task(taken.driver_connection.fetch("SELECT pg_sleep(60)", timeout=60))
    await until(sleeps)
    taken.driver_connection.terminate()
    await asyncio.gather(work, return_exceptions=True)
    await until(has_ended)
    taken.invalidate()
    await gone.close()


async def test_deadlock(database: Database) -> None:
    """A deadlock is nobody's mistake: trying again is right."""
    await execute(database, "CREATE TABLE IF NOT EXISTS other_effects (what text)")
    both = asyncio.Barrier(2)

    async def lock(first: str, second: str) -> None:
        async with database.session() as session:
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
        await execute(database, "INSERT INTO inbox VALUES (NULL)")
    with pytest.raises(DBAPIError, match="does not exist"):
        await execute(database, "SELECT nothing FROM nowhere")


async def test_after_commit(database: Database) -> None:
    """Actions run once, after their own commit; never when the work was undone, or by a later transaction."""
    ran: list[str] = []

    async def undone() -> None:
        async with database.transaction() as transaction:
            transaction.after_commit(lambda: ran.append("undone"))
            raise RuntimeError("undone")

    async with database.transaction() as transaction:
        transaction.after_commit(lambda: ran.append("first"))
        transaction.after_commit(lambda: ran.append("second"))
        await transaction.run(WRITE, given="x")
        assert ran == []
    with pytest.raises(RuntimeError, match="undone"):
        await undone()
    await execute(database, "SELECT 1")
    assert ran == ["first", "second"]


_FAILS = Prepared(select(1 / bindparam("zero", type_=Integer)))


async def test_a_failure_that_nobody_tells_of(database: Database) -> None:
    """A transaction that cannot be committed any more is not taken for one that was."""
    ran: list[str] = []

    async def work() -> None:
        async with database.transaction() as transaction:
            transaction.after_commit(lambda: ran.append("committed"))
            await transaction.run(WRITE, given="hidden")
            with suppress(DivisionByZeroError):
                await transaction.run(_FAILS, zero=0)

    with pytest.raises(RuntimeError, match="ROLLBACK"):
        await work()
    assert ran == []
    assert [tuple(row) for row in await database.ask(COUNT, given="hidden")] == [(0,)]


async def test_a_transaction_that_has_ended(database: Database) -> None:
    """It runs nothing any more: its connection may be at work for somebody else."""
    async with database.transaction() as transaction:
        await transaction.run(WRITE, given="in-time")
    with pytest.raises(RuntimeError, match="has ended"):
        await transaction.run(WRITE, given="too-late")
    assert [tuple(row) for row in await database.ask(COUNT, given="too-late")] == [(0,)]


@pytest.mark.parametrize("end", [TimeoutError, asyncio.CancelledError])
async def test_work_that_cannot_be_undone(
    database_url: str, monkeypatch: pytest.MonkeyPatch, end: type[BaseException]
) -> None:
    """Its connection is closed, so the server undoes it; the work's own error is told, unless it is given up."""
    only, told = Database(database_url, size=1), Connection.execute

    async def execute_or_end(connection: Connection, words: str) -> str:
        if words == "ROLLBACK":
            raise end
        return str(await told(connection, words))

    async def work() -> None:
        async with only.transaction() as transaction:
            await transaction.run(WRITE, given=f"not-undone-{end.__name__}")
            raise LookupError

    monkeypatch.setattr(Connection, "execute", execute_or_end)
    with pytest.raises(LookupError if end is TimeoutError else end):
        await work()
    monkeypatch.setattr(Connection, "execute", told)
    found = await only.ask(COUNT, given=f"not-undone-{end.__name__}")
    assert [tuple(row) for row in found] == [(0,)]
    await alone(only, WRITE, given="x")
    await only.close()


async def test_a_commit_whose_answer_is_lost(database: Database, database_url: str) -> None:
    """It is an outage, since nobody knows; what waits for the commit is not done."""
    ran: list[str] = []
    async with proxy_to(make_url(database_url).port or 0) as proxy:
        far = Database(_at(database_url, port=proxy.port))

        async def work() -> None:
            async with far.transaction() as transaction:
                transaction.after_commit(lambda: ran.append("committed"))
                await transaction.run(WRITE, given="unheard-of")
                proxy.swallow_answer(b"COMMIT")

        with pytest.raises(DatabaseUnavailableError):
            await work()
        assert proxy.swallowed == 1
        assert ran == []
        assert [tuple(row) for row in await far.ask(COUNT, given="unheard-of")] == [(1,)]
        await far.close()
