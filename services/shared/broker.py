"""RabbitMQ: one connection a process, made when it is needed, and confirmed publishing."""

import asyncio
import contextlib

import aio_pika
from aio_pika.abc import AbstractChannel, AbstractConnection

from observability import request_id
from observability.breaker import Breaker
from observability.messaging import publishing
from observability.metrics import published
from services.shared import topology
from services.shared.events import Event

__all__ = ["Broker"]

_CONNECT = 3.0  # seconds to connect and declare
_CONFIRM = 5.0  # seconds for a publisher confirm
_CLOSE = 2.0  # seconds to say goodbye


class Broker:
    """Publishes events and opens channels for consumers. Every publish waits for the broker's confirm."""

    def __init__(self, url: str, client: str) -> None:
        self._url = url
        self._client = client
        self._lock = asyncio.Lock()
        self._connection: AbstractConnection | None = None
        self._publisher: AbstractChannel | None = None
        self._breaker = Breaker("broker", reset=2.0)

    async def channel(self) -> AbstractChannel:
        """A new channel with publisher confirms that raises on unroutable messages."""
        connection = await self._connected()
        async with asyncio.timeout(_CONNECT):
            return await connection.channel(publisher_confirms=True, on_return_raises=True)

    async def publish(self, event: Event, *, traceparent: str = "", request: str = "") -> None:
        """Publish `event` to everybody who listens to its type, and wait for the confirm.

        traceparent, request: of the work that caused the event when it is not the current one (outbox).
        Raises BreakerOpenError, TimeoutError or AMQP errors; the event may have been published all the same.
        """
        with publishing(
            event.type, event.id, exchange=topology.EXCHANGE, traceparent=traceparent, request=request
        ) as headers:
            try:
                async with self._breaker.guard(_CONFIRM):
                    channel = await self._publishing_channel()
                    exchange = await channel.get_exchange(topology.EXCHANGE, ensure=False)
                    await exchange.publish(_message(event, headers), event.type, mandatory=True)
            except Exception:
                published.labels(event.type, "failed").inc()
                raise
        published.labels(event.type, "confirmed").inc()

    async def ping(self) -> None:
        """Raises when there is no connection and none can be made."""
        await self._connected()

    async def close(self) -> None:
        """Close the connection and with it all channels."""
        if self._connection is not None:
            await _close(self._connection)

    async def _publishing_channel(self) -> AbstractChannel:
        if self._publisher is None or self._publisher.is_closed:
            connection = await self._connected()
            async with self._lock:
                if self._publisher is None or self._publisher.is_closed:
                    self._publisher = await connection.channel(publisher_confirms=True, on_return_raises=True)
        return self._publisher

    async def _connected(self) -> AbstractConnection:
        async with self._lock:
            # `is_closed` would only say whether we closed it ourselves
            if self._connection is None or not self._connection.connected.is_set():
                self._connection = await self._connect()
            return self._connection

    async def _connect(self) -> AbstractConnection:
        async with asyncio.timeout(_CONNECT):
            connection = await aio_pika.connect(
                self._url, client_properties={"connection_name": self._client}, heartbeat=10
            )
            try:
                async with connection.channel() as channel:
                    await topology.declare(channel)
            except BaseException:
                await _close(connection)
                raise
            return connection


async def _close(connection: AbstractConnection) -> None:
    """Close, or leave it to the server to notice."""
    with contextlib.suppress(Exception):
        async with asyncio.timeout(_CLOSE):
            await connection.close()


def _message(event: Event, headers: dict[str, str]) -> aio_pika.Message:
    return aio_pika.Message(
        event.model_dump_json().encode(),
        headers={**headers, "x-attempt": 1},
        message_id=event.id,
        correlation_id=headers[request_id.HEADER],
        content_type="application/json",
        type=event.type,
        timestamp=event.time,
        delivery_mode=aio_pika.DeliveryMode.PERSISTENT,
    )
