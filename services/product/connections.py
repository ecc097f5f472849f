"""MongoDB connections that the server, or a firewall between, closed while they were idle.

PyMongo's asyncio pool pauses the reading of an idle connection, so it never sees that it ended: the next command
fails with `AutoReconnect: connection is already closed`. The blocking client asks the socket first, and so do we.
"""

from typing import Any

from pymongo.asynchronous.pool import AsyncConnection, Pool
from pymongo.monitoring import ConnectionClosedReason
from pymongo.socket_checker import SocketChecker

__all__ = ["CheckedPool"]


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
