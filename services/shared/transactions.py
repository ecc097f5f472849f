"""Transactions of prepared statements, given to PostgreSQL's driver itself."""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from asyncpg import AdminShutdownError, InternalClientError, PostgresConnectionError

from services.shared.prepared import Prepared, Record

__all__ = ["LOST", "DatabaseUnavailableError", "LostError", "Transaction", "command", "losses", "undo"]


class DatabaseUnavailableError(Exception):
    """The connection was lost, or the server refuses for a reason that passes."""


# Also before the connection has ended: the server has said that it will, and asyncpg takes no more statements. The
# last one is also what asyncpg says when it understands nothing: to connect anew is right then, too.
LOST = (PostgresConnectionError, AdminShutdownError, InternalClientError)


class LostError(DatabaseUnavailableError):
    """The connection of a prepared statement: nothing was done on it, or nobody knows."""


class Transaction:
    """Prepared statements that are committed together. `Database.transaction` makes it, and ends it."""

    def __init__(self, fetch: Callable[[Prepared, dict[str, Any]], Awaitable[Sequence[Record]]]) -> None:
        self._fetch = fetch
        self.actions: list[Callable[[], None]] = []
        """To be called after the commit."""
        self.has_ended = False

    async def run(self, prepared: Prepared, **values: Any) -> Sequence[Record]:
        """The rows of a statement. Errors are the driver's, such as `asyncpg.UniqueViolationError`."""
        if self.has_ended:  # its connection may be at work for somebody else
            raise RuntimeError("the transaction has ended")
        return await self._fetch(prepared, values)

    def after_commit(self, action: Callable[[], None]) -> None:
        """Call `action` once, when all is committed; never when it is undone."""
        self.actions.append(action)


async def command(driver: Any, words: str) -> None:
    """Begin or end a transaction. Raises LostError."""
    with losses(driver):
        done = await driver.execute(words)
    if done != words:
        raise RuntimeError(f"{words} was answered with {done}: a statement has failed, and nobody said so")


async def undo(connection: Any, error: BaseException) -> None:
    """Undo a transaction, also where its work was given up, so that its locks end.

    A connection that may still be in it is closed.
    """
    if isinstance(error, LostError):
        connection.invalidate()
        return
    try:
        await command(connection.driver_connection, "ROLLBACK")
    except BaseException as second:
        connection.invalidate()
        if not isinstance(second, Exception):  # given up once more; else what ended the work is what is told
            raise


@contextmanager
def losses(driver: Any) -> Iterator[None]:
    """Raises LostError in place of what the driver says of a connection that is lost."""
    try:
        yield
    except Exception as error:
        if isinstance(error, LOST) or driver.is_closed():
            raise LostError(repr(error)) from error
        raise
