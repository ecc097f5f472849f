"""PostgreSQL (and the provider's SQLite) by SQLAlchemy: an engine with limits, one transaction a request."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Annotated, Any

from fastapi import Depends
from sqlalchemy import event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, InterfaceError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine

from observability.sql import instrument_sqlalchemy
from services.shared.parts import part

__all__ = ["STORE_ERRORS", "Database", "DatabaseDep", "DatabaseUnavailableError", "SessionDep", "after_commit"]


class DatabaseUnavailableError(Exception):
    """The connection was lost, or the server refuses for a reason that passes."""


STORE_ERRORS = (DatabaseUnavailableError, PoolTimeout, OSError)
"""What is raised when the database is down, full or too slow: answered with 503. OSError includes TimeoutError."""
# SQLSTATE classes: connection, deadlock, no resources, object in use (lock timeout), operator intervention
_PASSING = ("08", "40", "53", "55", "57")

_CONNECT = 3.0  # seconds to connect
_STATEMENT = 5.0  # seconds for one statement


class Database:
    """One engine. `size` connections are kept, as many again are opened under load; 5 s is the longest wait.

    SQLite gets one connection, whatever `size` says.
    """

    def __init__(self, url: str, *, size: int = 5) -> None:
        options: dict[str, Any] = {}
        if make_url(url).get_backend_name() == "postgresql":
            options = {
                "pool_size": size,
                "max_overflow": size,
                "pool_timeout": 5.0,
                "connect_args": {
                    "timeout": _CONNECT,
                    "command_timeout": _STATEMENT,
                    # a lock that is waited for, or a client that died, must not hold others up for ever
                    "server_settings": {
                        "lock_timeout": "4000",
                        "idle_in_transaction_session_timeout": "15000",
                    },
                },
            }
        else:  # SQLite has one writer: to queue for it here is fairer than its own busy-waiting
            options = {"pool_size": 1, "max_overflow": 0, "pool_timeout": 2.0}
        self.engine = create_async_engine(url, pool_pre_ping=True, hide_parameters=True, **options)
        instrument_sqlalchemy(self.engine, Path(make_url(url).database or "sqlite").stem)
        self._sessions = async_sessionmaker(self.engine, expire_on_commit=False)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncSession]:
        """A session whose work is committed at the end of the block, or undone when it raises."""
        try:
            async with self._sessions.begin() as session:
                yield session
        except Exception as error:
            if _passes(error):
                raise DatabaseUnavailableError(repr(getattr(error, "orig", error))) from error
            raise

    async def ping(self) -> None:
        """Raises when the database does not answer."""
        async with self.engine.connect() as connection:
            await connection.execute(text("SELECT 1"))

    async def close(self) -> None:
        """Close all connections."""
        await self.engine.dispose()


def _passes(error: Exception) -> bool:
    """Whether trying again later may help."""
    if isinstance(error, DBAPIError) and (error.connection_invalidated or isinstance(error, InterfaceError)):
        return True
    cause = getattr(error, "orig", error)  # while connecting, asyncpg's errors come as they are
    return str(getattr(cause, "sqlstate", None) or "").startswith(_PASSING)


def after_commit(session: AsyncSession, action: Callable[[], None]) -> None:
    """Call `action` once, when the transaction at work is committed; never when it is undone."""
    event.listen(session.sync_session, "after_commit", lambda _: action(), once=True)


DatabaseDep = Annotated[Database, part(Database)]
"""For what must not hold a transaction while it waits for something else."""


async def _session(database: DatabaseDep) -> AsyncIterator[AsyncSession]:
    async with database.transaction() as session:
        yield session


SessionDep = Annotated[AsyncSession, Depends(_session, scope="function")]
"""The request's transaction. scope="function": it is committed *before* the response is sent."""
