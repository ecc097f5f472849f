"""A small HTTP client that asks for one thing over and over, and says how long each answer took."""

import asyncio
import time
from dataclasses import dataclass, field
from typing import cast

__all__ = ["Answers", "Request", "ask"]

_HEAD_END = b"\r\n\r\n"
_LENGTH = b"\r\ncontent-length:"


@dataclass(frozen=True)
class Request:
    """What is sent. Each `{n}` in it becomes a number that no other request has."""

    method: str
    path: str
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    body: str = ""

    def encoded(self, number: int) -> bytes:
        """As bytes of HTTP/1.1."""
        body = self.body.replace("{n}", str(number)).encode()
        headers = [("Host", "tax"), ("User-Agent", "tax-loadtest"), *self.headers]
        if body:
            headers += [("Content-Type", "application/json"), ("Content-Length", str(len(body)))]
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers).replace("{n}", str(number))
        return f"{self.method} {self.path} HTTP/1.1\r\n{lines}\r\n".encode() + body


@dataclass
class Answers:
    """Seconds that each right answer took, and what else was answered."""

    seconds: list[float] = field(default_factory=list)
    wrong: list[bytes] = field(default_factory=list)


class _Connection(asyncio.Protocol):
    """Sends the next request as soon as the answer to the last one is complete."""

    def __init__(self, request: Request, numbers: "_Numbers", until: float, answers: Answers) -> None:
        self._request = request
        self._numbers = numbers
        self._until = until
        self._answers = answers
        self._received = b""
        self._expected = f"HTTP/1.1 {request.status}".encode()
        self._sent_at = 0.0
        self.closed: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._send()

    def _send(self) -> None:
        message = self._request.encoded(next(self._numbers))
        self._sent_at = time.perf_counter()
        self._transport.write(message)

    def data_received(self, data: bytes) -> None:
        self._received += data
        end = self._received.find(_HEAD_END)
        if end < 0:
            return
        head = self._received[:end].lower()
        at = head.find(_LENGTH)
        length = int(head[at + len(_LENGTH) :].split(b"\r\n", 1)[0]) if at >= 0 else 0
        if len(self._received) < end + len(_HEAD_END) + length:
            return
        now = time.perf_counter()
        if self._received.startswith(self._expected):
            self._answers.seconds.append(now - self._sent_at)
        else:
            self._answers.wrong.append(self._received)
        self._received = b""
        if now < self._until:
            self._send()
        else:
            self._transport.close()

    def connection_lost(self, error: Exception | None) -> None:
        if not self.closed.done():
            self.closed.set_result(None)


class _Numbers:
    """1, 2, 3... and never the same again in this process."""

    def __init__(self) -> None:
        self._last = time.time_ns() // 1_000_000_000 * 1_000_000

    def __next__(self) -> int:
        self._last += 1
        return self._last


_numbers = _Numbers()


async def ask(port: int, request: Request, *, connections: int, seconds: float) -> Answers:
    """Ask 127.0.0.1:`port` for `seconds`, each of the connections for one thing at a time."""
    answers, until = Answers(), time.perf_counter() + seconds
    loop = asyncio.get_running_loop()

    async def one() -> None:
        _, connection = await loop.create_connection(
            lambda: _Connection(request, _numbers, until, answers), "127.0.0.1", port
        )
        async with asyncio.timeout(seconds + 30):
            await connection.closed

    await asyncio.gather(*(one() for _ in range(connections)))
    return answers
