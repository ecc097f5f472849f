"""PostgreSQL: a snapshot is a moment, taken at once and dumped later, while writing goes on."""

from __future__ import annotations

import asyncio
import subprocess
from collections.abc import AsyncIterator, Collection, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import IO, Any

import asyncpg

from deploy.installation.errors import ShopError
from deploy.installation.services import SERVICES
from deploy.installation.subprocesses import bare_environment
from deploy.operations.asking import asking
from deploy.operations.backup.reach import ClientCommand, Source
from deploy.operations.databases import read_only

DATABASES: Mapping[str, str] = {one.database: one.package for one in SERVICES if one.store == "postgresql"}
"""Each database, and the package of its service. The table whose rows are counted has the database's name."""


class Session:
    """One connection to one database; as a snapshot it sees the database as it was at one moment."""

    def __init__(self, name: str, connection: asyncpg.Connection[Any]) -> None:
        self.name = name
        self._connection = connection

    async def value(self, statement: str) -> Any:
        """The one value that the statement selects."""
        with asking(f"PostgreSQL {self.name}"):
            return await self._connection.fetchval(statement)

    async def count(self) -> int:
        """How many rows its table has."""
        return int(await self.value(f"SELECT count(*) FROM {self.name}"))  # noqa: S608 - one of DATABASES

    async def version(self) -> int:
        """The server's major version."""
        return int(await self.value("SHOW server_version_num")) // 10_000

    async def revision(self) -> str:
        """The revision of the migrations."""
        return str(await self.value("SELECT version_num FROM alembic_version"))

    async def statuses(self, order_ids: Collection[str]) -> dict[str, str]:
        """The status of each of these orders that there is."""
        with asking(f"PostgreSQL {self.name}"):
            rows = await self._connection.fetch("SELECT id, status FROM orders WHERE id = ANY($1)", order_ids)
            return {row["id"]: row["status"] for row in rows}


@asynccontextmanager
async def connected(name: str, url: str) -> AsyncIterator[Session]:
    """A session that sees what is committed at each statement."""
    async with read_only(name, url, by="shop backup", command_timeout=60) as connection:
        yield Session(name, connection)


@asynccontextmanager
async def snapshot(name: str, url: str) -> AsyncIterator[Session]:
    """The database as it is now, for as long as the block lasts."""
    async with connected(name, url) as session:
        await session.value("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        await session.value("SELECT 1 FROM alembic_version")  # the first statement makes the snapshot
        yield session


async def dump(reach: Source, session: Session, target: Path) -> None:
    """Write what the snapshot sees, in PostgreSQL's own compressed format. Raises ShopError."""
    identifier = await session.value("SELECT pg_export_snapshot()")
    options = ("--format=custom", "--no-owner", "--no-privileges", f"--snapshot={identifier}")
    with target.open("wb") as output:
        await asyncio.to_thread(_run, reach.client("pg_dump", session.name), options, stdout=output)


def empty(reach: Source, name: str) -> None:
    """Delete everything in a database. Raises ShopError."""
    anew = "DROP SCHEMA public CASCADE; CREATE SCHEMA public"
    _run(reach.client("psql", name), ("--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", f"--command={anew}"))


def load(reach: Source, name: str, source: IO[bytes]) -> None:
    """Replace everything in a database, by what was dumped. Raises ShopError."""
    empty(reach, name)
    options = ("--exit-on-error", "--single-transaction", "--no-owner", "--no-privileges", f"--dbname={name}")
    _run(reach.client("pg_restore", name), options, stdin=source)


def _run(
    command: ClientCommand,
    options: tuple[str, ...],
    *,
    stdin: IO[bytes] | None = None,
    stdout: IO[bytes] | int = subprocess.DEVNULL,
) -> None:
    arguments = [*command.arguments, *options]
    environment = {**bare_environment(), **command.environment}
    with subprocess.Popen(
        arguments, stdin=subprocess.PIPE, stdout=stdout, stderr=subprocess.PIPE, env=environment, cwd="/"
    ) as process:
        assert process.stdin is not None
        assert process.stderr is not None
        try:
            while stdin is not None and (block := stdin.read(1 << 20)):
                process.stdin.write(block)
            process.stdin.close()
        except BrokenPipeError:  # it says why below
            pass
        errors = process.stderr.read().decode(errors="replace").strip()
    if process.returncode != 0:
        raise ShopError(f"A client of PostgreSQL failed with {process.returncode}: {errors[-1000:]}")
