"""PostgreSQL (and the provider's SQLite) by SQLAlchemy: an engine with limits, one transaction a request."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated, Any

from fastapi import Depends, Request
from sqlalchemy import text
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine

from observability.sql import instrument_sqlalchemy

__all__ = ["Database", "SessionDep"]

_CONNECT = 3.0  # seconds to connect
_STATEMENT = 5.0  # seconds for one statement


class Database:
    """One engine. `size` connections are kept, as many again are opened under load; 2 s is the longest wait."""

    def __init__(self, url: str, *, size: int = 5) -> None:
        options: dict[str, Any] = {}
        if make_url(url).get_backend_name() == "postgresql":
            options = {
                "pool_size": size,
                "max_overflow": size,
                "pool_timeout": 2.0,
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
        self.engine = create_async_engine(url, pool_pre_ping=False, **options)
        instrument_sqlalchemy(self.engine, make_url(url).database or "sqlite")
        self._sessions = async_sessionmaker(self.engine, expire_on_commit=False)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncSession]:
        """A session whose work is committed at the end of the block, or undone when it raises."""
        async with self._sessions.begin() as session:
            yield session

    async def ping(self) -> None:
        """Raises when the database does not answer."""
        async with self.engine.connect() as connection:
            await connection.execute(text("SELECT 1"))

    async def close(self) -> None:
        """Close all connections."""
        await self.engine.dispose()


async def _session(request: Request) -> AsyncIterator[AsyncSession]:
    database: Database = request.app.state.database
    async with database.transaction() as session:
        yield session


SessionDep = Annotated[AsyncSession, Depends(_session, scope="function")]
"""The request's transaction. scope="function": it is committed *before* the response is sent."""
