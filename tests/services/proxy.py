"""A TCP proxy that can be cut, silenced and brought back: a network that fails on command."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tests.services.support import until


class Proxy:
    """Forwards connections to a port of this host."""

    def __init__(self, target: int) -> None:
        self._target = target
        self._flowing = asyncio.Event()
        self._flowing.set()
        self._writers: set[asyncio.StreamWriter] = set()
        self._said: dict[asyncio.StreamWriter, bytearray] = {}
        self._left: int | None = None
        self._answer: bytes | None = None
        self._addition = b"", b"", 0
        self._late = b"", 0.0
        self.swallowed = self.held_back = self.added = 0
        self.port = 0
        self.refusing = False

    async def closed(self) -> bool:
        """Whether no connection is open."""
        return not self._writers

    def freeze(self) -> None:
        """Keep connections open and pass nothing on."""
        self._flowing.clear()

    def thaw(self) -> None:
        """Pass on again."""
        self._flowing.set()

    def cut(self) -> None:
        """Reset all connections, and refuse new ones until `restore`."""
        self.refusing = True
        for writer in self._writers:
            writer.transport.abort()

    async def end_those_that_said(self, words: bytes) -> int:
        """Close the connections on which a client sent these words, as a server or a firewall does with idle ones.

        How many there were; new ones are accepted.
        """
        ended = [writer for writer, said in self._said.items() if words in said]
        for writer in ended:
            self._said.pop(writer).clear()
            writer.close()
        for writer in ended:
            await writer.wait_closed()
        return len(ended)

    def cut_after(self, size: int) -> None:
        """Cut when `size` more bytes were sent towards the target."""
        self._left = size

    def swallow_answer(self, words: bytes) -> None:
        """Close the connection on which the target answers these words next, instead of passing them on."""
        self._answer = words

    def hold_back_answer(self, words: bytes, seconds: float) -> None:
        """Pass on only after a while what the target answers with these words next."""
        self._late = words, seconds

    def add_to_answer(self, words: bytes, more: bytes, *, after: int = 0) -> None:
        """Add `more` behind these words of the target, once, when it has answered them so often."""
        self._addition = words, more, after

    def restore(self) -> None:
        """Accept connections again."""
        self.refusing = False
        self._left = None

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One client."""
        if self.refusing:
            writer.transport.abort()
            return
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._target)
        ends = {writer, far_writer}
        self._writers |= ends
        said = self._said[writer] = bytearray()
        try:
            await asyncio.gather(self._pump(reader, far_writer, said), self._pump(far_reader, writer))
        finally:
            for end in ends:
                end.close()
                with contextlib.suppress(OSError):
                    await end.wait_closed()
            self._writers -= ends
            self._said.pop(writer, None)

    async def _pump(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, said: bytearray | None = None
    ) -> None:
        with contextlib.suppress(OSError):
            while data := await reader.read(4096):
                await self._flowing.wait()
                if said is None and self._answer is not None and self._answer in data:
                    self._answer = None
                    self.swallowed += 1
                    break
                if said is None and self._late[0] and self._late[0] in data:
                    (_, seconds), self._late = self._late, (b"", 0.0)
                    self.held_back += 1
                    await asyncio.sleep(seconds)
                writer.write(data if said is not None else self._with_addition(data))
                await writer.drain()
                if said is not None:
                    said += data
                    if self._left is not None:
                        self._left -= len(data)
                        if self._left <= 0:
                            self.cut()
        writer.close()

    def _with_addition(self, data: bytes) -> bytes:
        words, more, after = self._addition
        if not words or words not in data:
            return data
        self._addition = words if after else b"", more, after - 1
        self.added += not after
        return data if after else data.replace(words, words + more, 1)


@asynccontextmanager
async def proxy_to(port: int) -> AsyncIterator[Proxy]:
    """A proxy in front of `port`."""
    proxy = Proxy(port)
    server = await asyncio.start_server(proxy.serve, "127.0.0.1", 0)
    proxy.port = server.sockets[0].getsockname()[1]
    try:
        yield proxy
    finally:
        server.close()
        proxy.thaw()
        proxy.cut()
        await until(proxy.closed)
