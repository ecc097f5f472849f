"""Two faults of PyMongo's asyncio client, mended.

*Connections that ended while they were idle.* Its pool pauses the reading of an idle connection, so it never sees
that it ended: the next command fails with `AutoReconnect: connection is already closed`. The blocking client asks
the socket first, and so do we.

*Locks that nobody holds.* It waits by `asyncio.wait_for`, which in Python 3.11 lets the wait run in a task of its
own. When its time is over and the caller is cancelled at the same moment, the caller goes while the wait still
takes the lock back: the client can then do nothing any more, and cannot be closed. Python 3.12 waits in one task,
and so do we.
"""

import asyncio
from collections.abc import Awaitable
from typing import Any, TypeVar

from pymongo import lock
from pymongo.asynchronous.pool import AsyncConnection, Pool
from pymongo.monitoring import ConnectionClosedReason
from pymongo.socket_checker import SocketChecker

__all__ = ["CheckedPool", "wait_in_one_task"]

_T = TypeVar("_T")


class CheckedPool(Pool):
    """Hands out no connection that ended. The socket is asked each time, which takes microseconds."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._sockets = SocketChecker()

    async def _perished(self, conn: AsyncConnection) -> bool:
        if conn.conn.is_closing() or self._sockets.socket_closed(conn.conn.sock):
            await conn.close_conn(ConnectionClosedReason.ERROR)
            return True
        return await super()._perished(conn)


def wait_in_one_task() -> None:
    """Let PyMongo wait as Python 3.12 does. May be called often."""
    vars(lock)["wait_for"] = _in_one_task


async def _in_one_task(awaitable: Awaitable[_T], timeout: float | None) -> _T:
    async with asyncio.timeout(timeout):
        return await awaitable
