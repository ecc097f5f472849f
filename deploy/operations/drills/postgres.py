"""Faults that a client of PostgreSQL can cause."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import asyncpg

from deploy.operations.drills.place import Place

__all__ = ["Lock"]

_SECONDS = 10.0


@dataclass(frozen=True)
class Lock:
    """A session holds a table locked, and does nothing: whoever reads or writes the table waits."""

    database: str
    table: str

    async def begin(self, at: Place) -> None:
        session = await _connect(at, self.database)
        at.held.push_async_callback(session.close, timeout=_SECONDS)
        await session.execute("BEGIN")
        await session.execute(f'LOCK TABLE "{self.table}" IN ACCESS EXCLUSIVE MODE', timeout=_SECONDS)

    async def heal(self, at: Place) -> None:
        """Do nothing: PostgreSQL gave the lock back when the connection ended."""


async def _connect(at: Place, database: str) -> asyncpg.Connection[Any]:
    return await asyncpg.connect(
        host="127.0.0.1",
        port=at.layout.port("postgres"),
        user="postgres",
        password=at.secrets.postgres_password,
        database=database,
        server_settings={"application_name": "drill"},
        timeout=_SECONDS,
    )
