"""Counts round trips to PostgreSQL: a proxy that counts how often the server says that it is ready for more.

And it notes which statements SQLAlchemy compiled, because compiling costs more time than most statements.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import make_url
from sqlalchemy.engine.interfaces import CacheStats

from services.shared.database import Database

__all__ = ["RoundTrips", "counted"]

_READY = b"Z\x00\x00\x00\x05"  # ReadyForQuery: the end of the answer to each message that the client waits for


class RoundTrips:
    """The round trips of all connections through the proxy, and the statements compiled, since `reset`."""

    def __init__(self) -> None:
        self.count = 0
        self.compiled: list[str] = []

    def reset(self) -> None:
        """Begin to count anew."""
        self.count = 0
        self.compiled.clear()

    def note(self, _: Any, cursor: Any, statement: str, parameters: Any, context: Any, many: bool) -> None:
        """Keep a statement that SQLAlchemy compiled: a listener to `before_cursor_execute`."""
        if context is not None and context.cache_hit not in (CacheStats.CACHE_HIT, CacheStats.NO_DIALECT_SUPPORT):
            self.compiled.append(statement)


@asynccontextmanager
async def counted(database_url: str) -> AsyncIterator[tuple[Database, RoundTrips]]:
    """A database that is reached through the proxy."""
    url, trips = make_url(database_url), RoundTrips()

    async def forward(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, count: bool) -> None:
        end = b""
        with contextlib.suppress(OSError):
            while data := await reader.read(2**16):
                if count:
                    trips.count += (end + data).count(_READY)
                    end = data[-len(_READY) + 1 :]
                writer.write(data)
        writer.close()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        answers, questions = await asyncio.open_connection(url.host, url.port)
        await asyncio.gather(forward(reader, questions, count=False), forward(answers, writer, count=True))

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    near = url.set(port=server.sockets[0].getsockname()[1])
    database = Database(near.render_as_string(hide_password=False))
    event.listen(database.engine.sync_engine, "before_cursor_execute", trips.note)
    try:
        yield database, trips
    finally:
        await database.close()
        server.close()
