"""httpx over aiohttp's connections, whose parser is in C where httpx's is in Python (docs/adr/0012).

A failure is one of httpx's exceptions. After `ConnectError`, `ConnectTimeout` and `PoolTimeout` nothing was sent,
so the request may go elsewhere. After any other the peer may have done what it was asked.
"""

import asyncio
import select
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from typing import Any
from weakref import WeakSet

import aiohttp
import httpx
import yarl
from aiohttp.connector import Connection
from aiohttp.tracing import Trace

__all__ = ["AiohttpTransport"]

_CONNECTIONS = 100  # at a time, to all replicas of one peer
_IDLE = 4.0  # seconds that a connection is kept: uvicorn closes it after 5
# aiohttp would add them: a request has the headers that httpx gives it.
_AUTO_HEADERS = ("Accept", "Accept-Encoding", "Content-Type", "User-Agent")


class AiohttpTransport(httpx.AsyncBaseTransport):
    """timeout: seconds to wait for a free connection, to open one, and for the next part of an answer.

    Whoever sends a request limits its whole time: nothing here ends one whose body the peer does not read. The
    session is made with the first request, in the event loop that sends it.
    """

    def __init__(self, timeout: float) -> None:
        self._timeout = timeout
        self._free = asyncio.Semaphore(_CONNECTIONS)
        self._session: aiohttp.ClientSession | None = None

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request whose content is in memory. Raises httpx.TransportError."""
        if self._session is None:
            self._session = self._open()
        try:
            async with asyncio.timeout(self._timeout if self._free.locked() else None):
                await self._free.acquire()
        except TimeoutError as error:
            raise httpx.PoolTimeout("all connections are in use") from error
        try:
            with _as_httpx():
                answer = await self._session.request(
                    request.method,
                    yarl.URL(str(request.url), encoded=True),
                    headers=request.headers.multi_items(),
                    data=request.content or None,
                    allow_redirects=False,
                )
        except BaseException:
            self._free.release()
            raise
        return httpx.Response(
            answer.status,
            headers=answer.raw_headers,
            stream=_Body(answer, self._free),
            extensions={"http_version": b"HTTP/%d.%d" % (answer.version or (1, 1))},
        )

    async def aclose(self) -> None:
        """Close all connections."""
        if self._session is not None:
            await self._session.close()

    def _open(self) -> aiohttp.ClientSession:
        session = aiohttp.ClientSession(
            # Names are looked up for each new connection: a replica may have moved.
            connector=_Connector(limit=0, keepalive_timeout=_IDLE, use_dns_cache=False),
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=aiohttp.ClientTimeout(connect=self._timeout, sock_read=self._timeout),
            skip_auto_headers=_AUTO_HEADERS,
            auto_decompress=False,
        )
        session._retry_connection = False  # it would send some requests twice; aiohttp has no public name for that
        return session


class _Connector(aiohttp.TCPConnector):
    """Does not reuse a connection that the peer has closed, even if the event loop has not noticed yet."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._used_before: WeakSet[asyncio.Protocol] = WeakSet()

    async def connect(
        self, req: aiohttp.ClientRequest, traces: list[Trace], timeout: aiohttp.ClientTimeout
    ) -> Connection:
        while True:
            connection = await super().connect(req, traces, timeout)
            protocol = connection.protocol
            if protocol is None or protocol not in self._used_before or not _has_ended(connection):
                if protocol is not None:
                    self._used_before.add(protocol)
                return connection
            connection.close()


def _has_ended(connection: Connection) -> bool:
    """Whether there is something to read. Nobody was asked anything: it can only be the end."""
    poll, transport = select.poll(), connection.transport
    if transport is None:
        return True
    poll.register(transport.get_extra_info("socket").fileno(), select.POLLIN)
    return bool(poll.poll(0))


class _Body(httpx.AsyncByteStream):
    """The content of an answer, which httpx closes once. Before its end that closes the connection."""

    def __init__(self, answer: aiohttp.ClientResponse, free: asyncio.Semaphore) -> None:
        self._answer = answer
        self._free = free

    async def __aiter__(self) -> AsyncIterator[bytes]:
        with _as_httpx():
            async for chunk in self._answer.content.iter_any():
                yield chunk

    async def aclose(self) -> None:
        self._answer.release()
        self._free.release()


@contextmanager
def _as_httpx() -> Iterator[None]:
    """Raises httpx's exceptions in place of aiohttp's."""
    try:
        yield
    except aiohttp.ConnectionTimeoutError as error:
        raise httpx.ConnectTimeout(str(error)) from error
    except TimeoutError as error:  # aiohttp's others are of this kind
        raise httpx.ReadTimeout(str(error)) from error
    except aiohttp.ClientConnectorError as error:
        raise httpx.ConnectError(str(error)) from error
    except (aiohttp.ClientOSError, aiohttp.ClientPayloadError) as error:
        raise httpx.ReadError(str(error)) from error
    except (aiohttp.InvalidURL, aiohttp.NonHttpUrlClientError) as error:
        raise httpx.UnsupportedProtocol(str(error)) from error
    except ValueError as error:  # a host that can be no name
        raise httpx.LocalProtocolError(str(error)) from error
    except aiohttp.ClientError as error:  # it hung up without an answer, or what it sent is no HTTP
        raise httpx.RemoteProtocolError(str(error)) from error
