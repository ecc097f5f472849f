"""PostgreSQL: SQLAlchemy's engine with limits, its sessions, and transactions of prepared statements.

A lost connection costs nobody anything as long as nothing was done on it. The BEGIN of a transaction shows whether
its connection is good, and a read is one statement, which can be repeated. So no round trip asks for that alone.
"""

from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from contextvars import ContextVar
from datetime import datetime
from functools import partial
from typing import Annotated, Any

import asyncpg
from asyncpg import InvalidCachedStatementError
from sqlalchemy import DateTime, Executable, Row, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.exc import DBAPIError, DisconnectionError, InterfaceError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine

from observability.sql import instrument_sqlalchemy
from services.shared import drills
from services.shared.flags import flags
from services.shared.parts import part
from services.shared.prepared import Prepared, Record
from services.shared.transactions import (
    LOST,
    DatabaseUnavailableError,
    LostError,
    Transaction,
    command,
    losses,
    undo,
)

__all__ = ["COLUMN_TYPES", "STORE_ERRORS", "Database", "DatabaseDep", "DatabaseUnavailableError", "Transaction"]


STORE_ERRORS = (DatabaseUnavailableError, PoolTimeout, OSError)
"""What is raised when the database is down, full or too slow: answered with 503. OSError includes TimeoutError."""
# SQLSTATE classes: connection, deadlock, no resources, object in use (lock timeout), operator intervention
_PASSING = ("08", "40", "53", "55", "57")

COLUMN_TYPES = {str: Text, datetime: DateTime(timezone=True), dict[str, Any]: JSONB}
"""What columns of tables are, by the annotation of their attribute."""
_CONNECT = 3.0  # seconds to connect
_STATEMENT = 5.0  # seconds for one statement
_IDLE = 60_000  # milliseconds after which the server closes a connection that nobody uses
_takes: ContextVar[bool] = ContextVar("takes", default=False)
"""Whether a connection is taken for something else than a session: nothing is begun on it."""


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
            pool_pre_ping=True,  # see `_begin_session`
            connect_args={
                "timeout": _CONNECT,
                "command_timeout": _STATEMENT,
                "record_class": Record,  # not with each statement: asyncpg forgets it when it prepares one anew
                # a lock that is waited for, or a client that died or gave up, must not hold others up for ever
                "server_settings": {
                    "statement_timeout": str(round(_STATEMENT * 1000) + 1000),
                    "lock_timeout": "4000",
                    "idle_in_transaction_session_timeout": "15000",
                    "idle_session_timeout": str(_IDLE),
                },
            },
        )
        dialect: Any = self.engine.dialect
        dialect.do_ping = _begin_session
        dialect.is_disconnect = partial(_is_lost, dialect.is_disconnect)
        self._observe = instrument_sqlalchemy(self.engine)
        self._sessions = async_sessionmaker(self.engine, expire_on_commit=False)
        self._reader = self.engine.execution_options(isolation_level="AUTOCOMMIT")

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Transaction]:
        """A transaction that is committed at the end of the block, or undone when it raises."""
        with _outages():
            connection = await self._begin()
            transaction = Transaction(partial(self._fetch, connection.driver_connection))
            try:
                yield transaction
                await command(connection.driver_connection, "COMMIT")
            except BaseException as error:
                await undo(connection, error)
                raise
            finally:
                transaction.has_ended = True
                connection.close()
            for action in transaction.actions:
                action()
            if flags.are_on:
                drills.leak(self._leak)

    @asynccontextmanager
    async def session(self) -> AsyncIterator[AsyncSession]:
        """The same by a session of SQLAlchemy, for statements that are not asked with every order."""
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
        token = _takes.set(True)
        try:
            async with self._reader.connect() as connection:
                return (await connection.execute(statement)).all()
        finally:
            _takes.reset(token)

    async def ask(self, prepared: Prepared, **values: Any) -> Sequence[Record]:
        """As `read`, of a prepared statement that changes nothing, or that may be done twice: its rows."""
        with _outages():
            try:
                return await self._ask(prepared, values)
            except LostError:
                return await self._ask(prepared, values)  # on another connection

    async def _ask(self, prepared: Prepared, values: dict[str, Any]) -> Sequence[Record]:
        connection = await self._take()
        try:
            return await self._fetch(connection.driver_connection, prepared, values)
        except BaseException as error:
            if isinstance(error, LostError) or not isinstance(error, Exception):
                connection.invalidate()
            raise
        finally:
            connection.close()

    async def _take(self) -> Any:
        """A connection of the pool, for whoever gives the driver its statements."""
        token = _takes.set(True)
        try:
            return await self.engine.raw_connection()
        finally:
            _takes.reset(token)

    async def _begin(self) -> Any:
        """A connection in a transaction. A lost one is replaced: nothing was done on it."""
        try:
            return await self._try_to_begin()
        except LostError:
            return await self._try_to_begin()

    async def _try_to_begin(self) -> Any:
        connection = await self._take()
        try:
            await command(connection.driver_connection, "BEGIN")
        except BaseException:
            connection.invalidate()
            connection.close()
            raise
        return connection

    async def _fetch(self, driver: Any, prepared: Prepared, values: dict[str, Any]) -> Sequence[Record]:
        arguments = prepared.arguments(values)
        with losses(driver), self._observe(prepared.sql):
            rows: Sequence[Record] = await driver.fetch(prepared.sql, *arguments)
        return rows

    async def ping(self) -> None:
        """Raises when the database does not answer."""
        await self.read(text("SELECT 1"))

    async def close(self) -> None:
        """Close all connections."""
        await self.engine.dispose()


@contextmanager
def _outages() -> Iterator[None]:
    """Raises DatabaseUnavailableError in place of what passes."""
    try:
        yield
    except Exception as error:
        if _passes(error):
            raise DatabaseUnavailableError(repr(getattr(error, "orig", error))) from error
        raise


def _begin_session(connection: Any) -> bool:
    """Begin the transaction of a connection that was taken from the pool: SQLAlchemy asks whether it is good.

    SQLAlchemy's own question is three round trips. Otherwise it begins a transaction with the first statement, and
    has no public name for that. Raises DisconnectionError for a connection that is known to be closed.
    """
    if connection.driver_connection.is_closed():
        raise DisconnectionError("the server closed it while nobody used it")
    if not _takes.get():
        connection.await_(connection._start_transaction())
    return True


def _is_lost(known: Callable[..., bool], error: Exception, *where: Any) -> bool:
    """Whether the connection takes no more statements: SQLAlchemy knows of those that are closed already."""
    return isinstance(error.__cause__, LOST) or known(error, *where)


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


DatabaseDep = Annotated[Database, part(Database)]
"""A route hands it to commands and queries, which open transactions: none of these waits for another service."""
