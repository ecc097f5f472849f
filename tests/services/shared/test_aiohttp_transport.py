"""httpx over aiohttp: what fails is of httpx's kinds, which say whether anything was sent; no place is lost."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

import httpx
import pytest

from services.shared import aiohttp_transport
from services.shared.aiohttp_transport import AiohttpTransport
from tests.free_ports import free_port
from tests.services.support import until

Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
_OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"


@asynccontextmanager
async def serving(serve: Serve) -> AsyncIterator[str]:
    """The URL of a server whose connections are closed when `serve` returns."""

    async def one(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, asyncio.IncompleteReadError):
            await serve(reader, writer)
        writer.close()

    server = await asyncio.start_server(one, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()


def answers(answer: bytes) -> Serve:
    """To the first request of a connection this; then the connection is closed."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer)
        await writer.drain()

    return serve


async def hangs(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
    """Reads until the client has gone."""
    await reader.read()
    await reader.read()


@pytest.fixture
async def transport() -> AsyncIterator[AiohttpTransport]:
    """A transport with little patience."""
    transport = AiohttpTransport(0.2)
    yield transport
    await transport.aclose()


async def get(transport: AiohttpTransport, url: str) -> bytes:
    """The content of an answer; the body is closed whatever happens."""
    answer = await transport.handle_async_request(httpx.Request("GET", url))
    try:
        return b"".join([chunk async for chunk in answer.aiter_raw()])
    finally:
        await answer.aclose()


async def test_nobody_listens(transport: AiohttpTransport) -> None:
    """Nothing was sent: the request may go elsewhere."""
    with pytest.raises(httpx.ConnectError):
        await get(transport, f"http://127.0.0.1:{free_port()}/")


@pytest.mark.parametrize(
    ("url", "error"),
    [
        ("http://no-such-host.invalid/", httpx.ConnectError),
        ("http://a..b/", httpx.LocalProtocolError),
        (f"http://{'a' * 70}/", httpx.LocalProtocolError),
        ("ftp://127.0.0.1/", httpx.UnsupportedProtocol),
    ],
)
async def test_addresses_that_are_none(transport: AiohttpTransport, url: str, error: type[Exception]) -> None:
    """They are known by httpx's exceptions, like all else: whoever calls expects no others."""
    with pytest.raises(error):
        await get(transport, url)


@pytest.mark.parametrize("step", ["aiohappyeyeballs.start_connection", "TCPConnector._resolve_host"])
async def test_a_connection_that_takes_too_long(
    transport: AiohttpTransport, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    """To look up a name is a part of it. Nothing was sent."""

    async def never(*_: object, **__: object) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(f"aiohttp.connector.{step}", never)
    with pytest.raises(httpx.ConnectTimeout):
        async with asyncio.timeout(5):
            await get(transport, "http://localhost:9/")


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (b"", httpx.RemoteProtocolError),
        (b"HTTP/1.1 200 OK\r\nContent-Le", httpx.RemoteProtocolError),
        (b"SSH-2.0-OpenSSH_9.2\r\n", httpx.RemoteProtocolError),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n{}", httpx.ReadError),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n", httpx.ReadError),
    ],
)
async def test_answers_that_end_too_early(
    transport: AiohttpTransport, answer: bytes, error: type[Exception]
) -> None:
    """It is known that something was sent, and not what became of it: none of these may be taken for a refusal."""
    async with serving(answers(answer)) as url:
        with pytest.raises(error):
            await get(transport, url)


@pytest.mark.parametrize("method", ["GET", "PUT", "POST"])
async def test_nothing_is_sent_twice(transport: AiohttpTransport, method: str) -> None:
    """A kept connection ends as it is used: whoever counts attempts decides whether the request is repeated."""
    requests: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        requests.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(_OK)
        requests.append(await reader.readuntil(b"\r\n\r\n"))

    async with serving(serve) as url:
        for _ in range(3):
            answer = await transport.handle_async_request(httpx.Request(method, url))
            await answer.aread()
            await answer.aclose()
            with pytest.raises(httpx.RemoteProtocolError):
                await transport.handle_async_request(httpx.Request(method, url))
        assert len(requests) == 6


@pytest.mark.parametrize("begun", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n{"])
async def test_an_answer_that_does_not_come(transport: AiohttpTransport, begun: bytes) -> None:
    """The peer may have done what it was asked."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(begun)
        await hangs(reader, writer)

    async with serving(serve) as url:
        with pytest.raises(httpx.ReadTimeout):
            await get(transport, url)


async def test_a_connection_is_kept_and_the_request_is_sent_as_it_stands(transport: AiohttpTransport) -> None:
    """No header is added to those of httpx, and what is quoted in an address stays so."""
    heads: list[bytes] = []
    connections = 0

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal connections
        connections += 1
        while True:
            heads.append(await reader.readuntil(b"\r\n\r\n"))
            heads.append(await reader.readexactly(len(b"{}")))
            writer.write(_OK)

    async with serving(serve) as url:
        for _ in range(3):
            request = httpx.Request("POST", f"{url}/a%2Fb", params={"c": "d e&f"}, content=b"{}")
            answer = await transport.handle_async_request(request)
            assert await answer.aread() == b"{}"
            await answer.aclose()
        host = url.removeprefix("http://").encode()
        head = b"POST /a%2Fb?c=d+e%26f HTTP/1.1\r\nhost: " + host + b"\r\ncontent-length: 2\r\n\r\n"
        assert heads == [head, b"{}"] * 3
        assert connections == 1


async def test_a_redirect_is_an_answer(transport: AiohttpTransport) -> None:
    """Nothing is asked of an address that a peer names."""
    answer = b"HTTP/1.1 302 Found\r\nLocation: http://elsewhere.invalid/\r\nContent-Length: 0\r\n\r\n"
    async with serving(answers(answer)) as url:
        found = await transport.handle_async_request(httpx.Request("GET", url))
        assert (found.status_code, found.headers["location"]) == (302, "http://elsewhere.invalid/")
        await found.aclose()


async def test_all_connections_are_in_use(transport: AiohttpTransport, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing was sent; each end of a request makes room again: an answer, a failure, work that is given up."""
    monkeypatch.setattr(aiohttp_transport, "_CONNECTIONS", 2)
    few = AiohttpTransport(0.2)
    async with serving(hangs) as silent, serving(answers(_OK)) as good, serving(answers(b"")) as bad:
        for _ in range(3):
            assert await get(few, good) == b"{}"
            with pytest.raises(httpx.RemoteProtocolError):
                await get(few, bad)
            given_up = asyncio.create_task(get(few, silent))
            await asyncio.sleep(0)
            given_up.cancel()
            await asyncio.gather(given_up, return_exceptions=True)
        patient = AiohttpTransport(10)
        held = [asyncio.create_task(get(patient, silent)) for _ in "12"]
        await until(lambda: _all_taken(patient))
        monkeypatch.setattr(patient, "_timeout", 0.1)
        with pytest.raises(httpx.PoolTimeout):
            await get(patient, good)
        for task in held:
            task.cancel()
        await asyncio.gather(*held, return_exceptions=True)
        assert await get(patient, good) == b"{}"
        await patient.aclose()
    await few.aclose()


async def _all_taken(transport: AiohttpTransport) -> bool:
    return transport._free.locked()


async def test_a_body_that_is_not_read_closes_its_connection(transport: AiohttpTransport) -> None:
    """The rest of one answer is never taken for the next one."""
    gone = asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf")
        await reader.read()
        gone.set()

    async with serving(serve) as url:
        free = transport._free._value
        answer = await transport.handle_async_request(httpx.Request("GET", url))
        for _ in "12":
            await answer.aclose()
        async with asyncio.timeout(5):
            await gone.wait()
        assert transport._free._value == free
