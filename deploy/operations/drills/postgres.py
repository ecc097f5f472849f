"""Faults that a client of PostgreSQL can cause."""

from __future__ import annotations

import asyncio
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
    """A database is out of reach: open connections are cut, and whoever connects gets no answer.

    Who renames a database holds it locked, and connecting waits for that lock. The renaming is never committed.
    """

    database: str

    async def begin(self, at: Place) -> None:
        holder = await at.held.enter_async_context(_session(at, "postgres"))
        await holder.execute("BEGIN")
        rename = f'ALTER DATABASE "{self.database}" RENAME TO "{self.database}-out-of-reach"'
        renaming = asyncio.create_task(holder.execute(rename, timeout=_SECONDS))  # waits for the others to be gone
        cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1"
        async with _session(at, "postgres") as session:
            while not renaming.done():
                await session.execute(cut, self.database)
                await asyncio.wait({renaming}, timeout=0.1)
        await renaming
        at.held.callback(asyncio.create_task(self._work(holder)).cancel)

    async def _work(self, holder: asyncpg.Connection[Any]) -> None:
        """Have something to do: a transaction that is idle would set off an alert of its own."""
        while True:
            await holder.execute("SELECT pg_sleep(1)")

    async def heal(self, at: Place) -> None:
        """Do nothing: PostgreSQL gave the lock back when the connection ended."""


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
