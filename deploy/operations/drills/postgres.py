"""Faults that a client of PostgreSQL can cause."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import asyncpg

from deploy.operations.drills.place import Place

__all__ = ["Lock", "ShutOut"]

_SECONDS = 10.0


@dataclass(frozen=True)
class Lock:
    """A session holds a table locked, and does nothing: whoever reads or writes the table waits."""

    database: str
    table: str

    async def begin(self, at: Place) -> None:
        session = await at.held.enter_async_context(_session(at, self.database))
        await session.execute("BEGIN")
        await session.execute(f'LOCK TABLE "{self.table}" IN ACCESS EXCLUSIVE MODE', timeout=_SECONDS)

    async def heal(self, at: Place) -> None:
        """Do nothing: PostgreSQL gave the lock back when the connection ended."""


@dataclass(frozen=True)
class ShutOut:
    """A database takes no connections, and the open ones are cut: to its service it is out of reach."""

    database: str

    async def begin(self, at: Place) -> None:
        await self._allow(at, "false")
        async with _session(at, "postgres") as session:
            await session.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1", self.database
            )

    async def heal(self, at: Place) -> None:
        await self._allow(at, "true")

    async def _allow(self, at: Place, allowed: str) -> None:
        async with _session(at, "postgres") as session:
            await session.execute(f'ALTER DATABASE "{self.database}" WITH ALLOW_CONNECTIONS {allowed}')


@asynccontextmanager
async def _session(at: Place, database: str) -> AsyncIterator[asyncpg.Connection[Any]]:
    """Connected as the superuser."""
    session = await asyncpg.connect(
        host="127.0.0.1",
        port=at.layout.port("postgres"),
        user="postgres",
        password=at.secrets.postgres_password,
        database=database,
        server_settings={"application_name": "drill"},
        timeout=_SECONDS,
    )
    try:
        yield session
    finally:
        await session.close(timeout=_SECONDS)
