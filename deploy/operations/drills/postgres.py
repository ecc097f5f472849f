"""Faults of PostgreSQL that a client can cause. The server ends each when the connection of the client ends."""

from __future__ import annotations

from dataclasses import dataclass

import asyncpg

from deploy.operations.drills.place import Place

__all__ = ["Connections", "Lock"]

_BY = {"application_name": "shop drill"}
_SECONDS = 10.0  # for a connection, and for a lock to be had


@dataclass(frozen=True)
class Lock:
    """A transaction locks a table and does not end."""

    database: str
    table: str

    async def begin(self, at: Place) -> None:
        connection = await asyncpg.connect(at.database(self.database), timeout=_SECONDS, server_settings=_BY)
        at.held.callback(connection.terminate)
        await connection.execute("BEGIN")
        await connection.execute(f'LOCK TABLE "{self.table}" IN ACCESS EXCLUSIVE MODE', timeout=_SECONDS)

    async def heal(self, at: Place) -> None:
        """Nothing to do: the lock went with its connection."""


@dataclass(frozen=True)
class Connections:
    """A client opens connections until the server takes no more, and takes each that becomes free."""

    database: str
    most: int

    async def begin(self, at: Place) -> None:
        url = at.database(self.database)
        for _ in range(self.most):
            try:
                connection = await asyncpg.connect(url, timeout=_SECONDS, server_settings=_BY)
            except asyncpg.TooManyConnectionsError:
                return
            at.held.callback(connection.terminate)

    async def heal(self, at: Place) -> None:
        """Nothing to do: the connections went with the process."""
