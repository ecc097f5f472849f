"""PostgreSQL by SQLAlchemy: an engine with limits, and transactions.

A lost connection costs nobody anything as long as nothing was done on it. The BEGIN of a transaction shows whether
its connection is good, and a read is one statement, which can be repeated. So no round trip asks for that alone.
"""

from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from contextvars import ContextVar
from functools import partial
from typing import Annotated, Any

import asyncpg
from asyncpg import (
    AdminShutdownError,
    InternalClientError,
    InvalidCachedStatementError,
    PostgresConnectionError,
)
from sqlalchemy import Executable, Row, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, DisconnectionError, InterfaceError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine

from observability.sql import instrument_sqlalchemy
from services.shared import drills
from services.shared.flags import flags
from services.shared.parts import part
from services.shared.prepared import Prepared, Record

__all__ = ["STORE_ERRORS", "Database", "DatabaseDep", "DatabaseUnavailableError", "after_commit", "run"]


class DatabaseUnavailableError(Exception):
    """The connection was lost, or the server refuses for a reason that passes."""


# Also before the connection has ended: the server has said that it will, and asyncpg takes no more statements. The
# last one is also what asyncpg says when it understands nothing: to connect anew is right then, too.
_LOST = (PostgresConnectionError, AdminShutdownError, InternalClientError)


class _LostError(DatabaseUnavailableError):
    """The connection of a prepared statement: nothing was done on it, or nobody knows."""


STORE_ERRORS = (DatabaseUnavailableError, PoolTimeout, OSError)
"""What is raised when the database is down, full or too slow: answered with 503. OSError includes TimeoutError."""
# SQLSTATE classes: connection, deadlock, no resources, object in use (lock timeout), operator intervention
_PASSING = ("08", "40", "53", "55", "57")

_CONNECT = 3.0  # seconds to connect
_STATEMENT = 5.0  # seconds for one statement
_IDLE = 60_000  # milliseconds after which the server closes a connection that nobody uses
_reads: ContextVar[bool] = ContextVar("reads", default=False)


class Database:
    """One engine with at most `size` connections, opened when they are needed; 5 s is the longest wait for one."""

    def __init__(self, url: str, *, size: int = 10) -> None:
        self.engine = create_async_engine(
            url,
            hide_parameters=True,
            pool_size=size,
            max_overflow=0,  # what is on top would be opened anew for each use
            pool_use_lifo=True,  # so that after a burst the others become idle
            pool_timeout=5.0,
            pool_pre_ping=True,  # see `_begin`
            connect_args={
                "timeout": _CONNECT,
                "command_timeout": _STATEMENT,
                "record_class": Record,  # not with each statement: asyncpg forgets it when it prepares one anew
                # a lock that is waited for, or a client that died, must not hold others up for ever
                "server_settings": {
                    "lock_timeout": "4000",
                    "idle_in_transaction_session_timeout": "15000",
                    "idle_session_timeout": str(_IDLE),
                },
            },
        )
        dialect: Any = self.engine.dialect
        dialect.do_ping = _begin
        dialect.is_disconnect = partial(_is_lost, dialect.is_disconnect)
        self._observe = instrument_sqlalchemy(self.engine, make_url(url).database or "")
        self._sessions = async_sessionmaker(self.engine, expire_on_commit=False, info={"fetch": self._fetch})
        self._reader = self.engine.execution_options(isolation_level="AUTOCOMMIT")

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncSession]:
        """A session whose work is committed at the end of the block, or undone when it raises."""
        with _outages():
            async with self._sessions.begin() as session:
                yield session
            if flags.are_on:
                drills.leak(self._leak)

    async def _leak(self) -> None:
        """Do not give a connection back while a drill lasts; nothing is locked meanwhile."""
        with suppress(*STORE_ERRORS), _outages():
            async with self.engine.connect() as connection:
                await connection.rollback()
                await drills.until_it_heals()

    async def read(self, statement: Executable) -> Sequence[Row[Any]]:
        """The rows of one statement that changes nothing: one round trip, with no transaction around it."""
        with _outages():
            try:
                return await self._read(statement)
            except DBAPIError as error:
                if not error.connection_invalidated:
                    raise
                return await self._read(statement)  # on another connection

    async def _read(self, statement: Executable) -> Sequence[Row[Any]]:
        token = _reads.set(True)
        try:
            async with self._reader.connect() as connection:
                return (await connection.execute(statement)).all()
        finally:
            _reads.reset(token)

    async def ask(self, prepared: Prepared, **values: Any) -> Sequence[Record]:
        """As `read`, of a prepared statement that changes nothing, or that may be done twice: its rows."""
        with _outages():
            try:
                return await self._ask(prepared, values)
            except _LostError:
                return await self._ask(prepared, values)  # on another connection

    async def _ask(self, prepared: Prepared, values: dict[str, Any]) -> Sequence[Record]:
        token = _reads.set(True)
        try:
            connection = await self.engine.raw_connection()
            driver: Any = connection.driver_connection
        finally:
            _reads.reset(token)
        try:
            return await self._fetch(driver, prepared, values)
        except BaseException as error:
            if isinstance(error, _LostError) or not isinstance(error, Exception):
                connection.invalidate()
            raise
        finally:
            connection.close()

    async def _fetch(self, connection: Any, prepared: Prepared, values: dict[str, Any]) -> Sequence[Record]:
        arguments = prepared.arguments(values)
        try:
            with self._observe(prepared.sql):
                rows: Sequence[Record] = await connection.fetch(prepared.sql, *arguments)
        except Exception as error:
            if isinstance(error, _LOST) or connection.is_closed():
                raise _LostError(repr(error)) from error
            raise
        return rows

    async def ping(self) -> None:
        """Raises when the database does not answer."""
        await self.read(text("SELECT 1"))

    async def close(self) -> None:
        """Close all connections."""
        await self.engine.dispose()


async def run(session: AsyncSession, prepared: Prepared, **values: Any) -> Sequence[Record]:
    """The rows of a prepared statement, in the session's transaction.

    Errors are the driver's: `asyncpg.UniqueViolationError` is what SQLAlchemy calls an `IntegrityError`.
    """
    driver = session.info.get("driver")
    if driver is None:
        driver = session.info["driver"] = await _driver(session)
    rows: Sequence[Record] = await session.info["fetch"](driver, prepared, values)
    return rows


async def _driver(session: AsyncSession) -> Any:
    """The driver's connection, in a transaction. A new one has none yet, as nobody asked whether it is good."""
    connection: Any = await (await session.connection()).get_raw_connection()
    driver = connection.driver_connection
    if not driver.is_in_transaction():
        try:
            await connection.dbapi_connection._start_transaction()
        except BaseException as error:
            connection.invalidate()  # SQLAlchemy knows of none, and would leave what has begun to whoever is next
            if isinstance(error, Exception):
                raise _LostError(repr(error)) from error
            raise
    return driver


@contextmanager
def _outages() -> Iterator[None]:
    """Raises DatabaseUnavailableError in place of what passes."""
    try:
        yield
    except Exception as error:
        if _passes(error):
            raise DatabaseUnavailableError(repr(getattr(error, "orig", error))) from error
        raise


def _begin(connection: Any) -> bool:
    """Begin the transaction of a connection that was taken from the pool: SQLAlchemy asks whether it is good.

    SQLAlchemy's own question is three round trips. Otherwise it begins a transaction with the first statement, and
    has no public name for that. Raises DisconnectionError for a connection that is known to be closed.
    """
    if connection.driver_connection.is_closed():
        raise DisconnectionError("the server closed it while nobody used it")
    if not _reads.get():
        connection.await_(connection._start_transaction())
    return True


def _is_lost(known: Callable[..., bool], error: Exception, *where: Any) -> bool:
    """Whether the connection takes no more statements: SQLAlchemy knows of those that are closed already."""
    return isinstance(error.__cause__, _LOST) or known(error, *where)


def _passes(error: Exception) -> bool:
    """Whether trying again later may help."""
    if isinstance(error, DBAPIError) and (error.connection_invalidated or isinstance(error, InterfaceError)):
        return True
    if isinstance(error, InvalidCachedStatementError):  # a migration changed its columns: asyncpg forgets it now
        return True
    if isinstance(error, asyncpg.InterfaceError) and "connection is closed" in str(error):  # while connecting
        return True
    cause = getattr(error, "orig", error)  # some of asyncpg's come as they are: from connecting, and from `run`
    return str(getattr(cause, "sqlstate", None) or "").startswith(_PASSING)


def after_commit(session: AsyncSession, action: Callable[[], None]) -> None:
    """Call `action` once, when the transaction at work is committed; never when it is undone."""
    event.listen(session.sync_session, "after_commit", lambda _: action(), once=True)


DatabaseDep = Annotated[Database, part(Database)]
"""A route hands it to commands and queries, which open transactions: none of these waits for another service."""
