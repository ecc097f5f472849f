"""The ledger's file. One thread does all work on it, a transaction at a time.

SQLite has one writer, and is a library: to hand each of its calls to a thread costs more than the call. So a whole
transaction is handed over, as a function of the connection.
"""

import asyncio
import contextvars
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, create_engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError

from observability.spans import untraced
from observability.sql import instrument_sqlalchemy
from services.provider.models import calls, metadata

__all__ = ["STORE_ERRORS", "Ledger", "LedgerUnavailableError"]

T = TypeVar("T")


class LedgerUnavailableError(Exception):
    """The file is locked by another program, or cannot be read or written: the disk is full or broken."""


STORE_ERRORS = (LedgerUnavailableError, OSError)
"""What is raised when the ledger is too busy or out of order: answered with 503. OSError includes TimeoutError."""
_PATIENCE = 2.0  # seconds to wait for those who came first
_PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=2000")


class Ledger:
    """The ledger in one SQLite file, written through before anything is answered."""

    def __init__(self, url: str) -> None:
        self.file = Path(make_url(url).database or "")
        self._engine = create_engine(url, hide_parameters=True, pool_size=1, max_overflow=0)
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="ledger")
        self._turn = asyncio.Lock()
        instrument_sqlalchemy(self._engine)
        event.listen(self._engine, "connect", _make_durable)

    async def open(self) -> None:
        """Make the file, its tables and their indexes where they are not there yet."""
        self.file.parent.mkdir(parents=True, exist_ok=True)
        # Each statement would be a trace of its own: nobody asked for them.
        with untraced():
            await self.transaction(_make_tables)

    async def transaction(self, work: Callable[[Connection], T]) -> T:
        """What `work` returns; what it has written is committed then, or undone when it raises.

        Cancelled, it leaves the work to its end. Raises TimeoutError when it is not its turn in time, and
        LedgerUnavailableError.
        """
        async with asyncio.timeout(_PATIENCE):
            await self._turn.acquire()
        context = contextvars.copy_context()
        at_work = asyncio.get_running_loop().run_in_executor(self._thread, context.run, self._do, work)
        at_work.add_done_callback(self._done)
        return await asyncio.shield(at_work)

    def _do(self, work: Callable[[Connection], T]) -> T:
        try:
            with self._engine.begin() as connection:
                return work(connection)
        except OperationalError as error:
            code = getattr(error.orig, "sqlite_errorcode", sqlite3.SQLITE_ERROR)
            if code == sqlite3.SQLITE_ERROR:  # a wrong statement
                raise
            raise LedgerUnavailableError(repr(error.orig)) from error

    def _done(self, work: asyncio.Future[Any]) -> None:
        self._turn.release()
        work.exception()  # nobody may wait for it any more

    async def ping(self) -> None:
        """Raises when it cannot be read."""
        await self.transaction(lambda connection: connection.execute(text("SELECT 1")).all())

    async def close(self) -> None:
        """Close the file, when what is at work has ended."""
        async with self._turn:
            await asyncio.get_running_loop().run_in_executor(self._thread, self._engine.dispose)
        self._thread.shutdown()


def _make_durable(connection: Any, _: Any) -> None:
    cursor = connection.cursor()
    for pragma in _PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
        cursor.fetchall()  # a statement left open would forbid the commit
    cursor.close()


def _make_tables(connection: Connection) -> None:
    metadata.create_all(connection)
    for index in calls.indexes:  # one that is younger than the file
        index.create(connection, checkfirst=True)
