"""RabbitMQ: one connection a process, made when it is needed, and confirmed publishing.

An event is delivered when *each* of its consumers' queues has it. The broker's word (`mandatory`) says only that
some queue has. So each consumer's queue is bound, on the same channel, right before the event: the broker does
what comes on a channel in its order, and closes a channel that binds a queue which does not exist.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

import aio_pika
from aio_pika.abc import AbstractChannel, AbstractConnection
from aio_pika.exceptions import AMQPError, ChannelClosed, ChannelNotFoundEntity, DeliveryError

from observability import request_id
from observability.breaker import Breaker
from observability.client_span import address_of
from observability.messaging import SYSTEM, destination, publishing
from observability.metrics import Children, error_type, sent_messages
from services.shared.events import topology, upkeep
from services.shared.events.envelope import Event
from services.shared.loops import rest

__all__ = ["UNDELIVERABLE", "Broker", "NoConsumerError"]


class NoConsumerError(AMQPError):
    """A consumer of the event has no queue: it was never there since the platform began, or it is gone."""


UNDELIVERABLE = (ChannelClosed, DeliveryError, NoConsumerError)
"""What is raised for an event that one of its consumers cannot get now, while the broker is well."""

_PORT = 5672  # where the URL names none
_CONNECT = 3.0  # seconds to connect
_CONFIRM = 5.0  # seconds for a publisher confirm
_CLOSE = 2.0  # seconds to say goodbye
_SHOW = 1.0  # seconds to hand over the tap's copy
_LOOK = 10.0  # seconds between looks for queues and bindings that vanished
_UPKEEP = 10.0  # seconds for one look
_MAKING = 20.0  # seconds to make all queues of a new broker, after another replica
_AGAIN = 300.0  # seconds to answer who asks for events again
_sent = Children(sent_messages)


class Broker:
    """Publishes events and opens channels for consumers. Every publish waits for the broker's confirm.

    service: the owner of the queues that this process keeps there, such as `order`.
    """

    def __init__(self, url: str, client: str, service: str) -> None:
        self._url = url
        parts = urlsplit(url)
        self.address = address_of(parts.hostname, parts.port or _PORT)
        """`server.address` and `server.port`, for spans."""
        self._client = client
        self._service = service
        self._lock = asyncio.Lock()
        self._keeping = asyncio.Lock()
        self._connection: AbstractConnection | None = None
        # One a type: an event that cannot be delivered closes its channel, and takes no other type with it.
        self._publishers: dict[str, AbstractChannel] = {}
        self._asking: dict[str, AbstractChannel] = {}
        self._tap: AbstractChannel | None = None
        self._tap_lock = asyncio.Lock()
        self._breaker = Breaker("broker", reset=2.0, is_failure=lambda error: not isinstance(error, UNDELIVERABLE))

    async def channel(self) -> AbstractChannel:
        """A new channel with publisher confirms that raises on unroutable messages."""
        connection = await self._connected()
        async with asyncio.timeout(_CONNECT):
            return await connection.channel(publisher_confirms=True, on_return_raises=True)

    async def publish(self, event: Event, *, traceparent: str = "", request: str = "") -> None:
        """Publish `event` to everybody who listens to its type, and wait for the confirm.

        traceparent, request: of the work that caused the event when it is not the current one (outbox).
        Raises BreakerOpenError, TimeoutError or AMQP errors, UNDELIVERABLE among them; the event may have been
        published all the same. What could not even be tried has no span: the services that listen may start later
        than this one, and a start is no failure.
        """
        if self._connection is None:
            await self._connected()  # the first one makes all queues, which may take longer than a confirm
        async with self._breaker.guard(_CONFIRM):
            channel = await self._publisher(event.type)
            with publishing(
                event.type,
                event.id,
                exchange=topology.EXCHANGE,
                broker=self.address,
                traceparent=traceparent,
                request=request,
            ) as headers:
                message = _message(event, headers)
                await _send(channel, message, event.type)
        await self._show(message, event.type)

    async def ping(self) -> None:
        """Raises when there is no connection and none can be made."""
        await self._connected()

    async def keep(self, *queues: str) -> None:
        """Make sure that these work queues, or all of this service's, are there with all that belongs to them."""
        connection = await self._connected()
        async with asyncio.timeout(_UPKEEP), self._keeping:
            await upkeep.keep(connection, queues or topology.queues_of(self._service), self._service)

    async def keep_up(self) -> None:
        """Make what is missing whenever something is, for ever: anybody may delete what is in use.

        A consumer notices at once that its queue vanished, a publisher that its exchange did: this is for others.
        """
        queues = topology.queues_of(self._service)
        while True:
            complete = await self._asked("keep_up", _UPKEEP, lambda channel: upkeep.is_complete(channel, queues))
            if not complete:
                # What vanishes while it is looked at is made at the next look.
                with contextlib.suppress(ChannelNotFoundEntity):
                    await self.keep()
            await rest(_LOOK)

    @asynccontextmanager
    async def asked_again(self, service: str) -> AsyncIterator[set[str]]:
        """The types of events that `service` must publish again, often none; see upkeep.asked_again."""
        asked = await self._asked(service, _CONFIRM, lambda channel: upkeep.is_asked(channel, service))
        if not asked:
            yield set()
            return
        connection = await self._connected()
        async with asyncio.timeout(_AGAIN), upkeep.asked_again(connection, service) as types:
            yield types

    async def close(self) -> None:
        """Close the connection and with it all channels."""
        if self._connection is not None:
            await _close(self._connection)

    async def _show(self, message: aio_pika.Message, event_type: str) -> None:
        """The tap's copy. Nothing fails by it."""
        with contextlib.suppress(Exception):
            async with asyncio.timeout(_SHOW):
                channel = await self._tap_channel()
                exchange = await channel.get_exchange(topology.TAP_EXCHANGE, ensure=False)
                await exchange.publish(message, event_type, mandatory=False)

    async def _tap_channel(self) -> AbstractChannel:
        async with self._tap_lock:  # a burst of events shares one channel, also right after a connect
            if self._tap is None or self._tap.is_closed:
                connection = await self._connected()
                channel = await connection.channel(publisher_confirms=False)
                await topology.declare_exchanges(channel)
                self._tap = channel  # not earlier: one whose declaration was given up is about to be closed
            return self._tap

    async def _asked(
        self, purpose: str, seconds: float, question: Callable[[AbstractChannel], Awaitable[bool]]
    ) -> bool:
        """The answer, on a channel that is kept for this question. The broker closes it when the answer is no."""
        connection = await self._connected()  # making all queues may take longer than a question
        async with asyncio.timeout(seconds):
            channel = self._asking.pop(purpose, None)
            if channel is None or channel.is_closed:
                channel = await connection.channel(publisher_confirms=False)
            answer = await question(channel)
        self._asking[purpose] = channel  # not earlier: one whose question was given up is about to be closed
        return answer

    async def _publisher(self, event_type: str) -> AbstractChannel:
        channel = self._publishers.get(event_type)
        if channel is None or channel.is_closed:
            connection = await self._connected()
            async with self._lock:
                channel = self._publishers.get(event_type)
                if channel is None or channel.is_closed:
                    if lost := await upkeep.missing(connection, topology.consumers(event_type)):
                        raise NoConsumerError(f"there is no queue {', '.join(lost)}")
                    channel = await connection.channel(publisher_confirms=True, on_return_raises=True)
                    # The last channel may have been closed because somebody deleted the exchange.
                    await topology.declare_exchanges(channel)
                    self._publishers[event_type] = channel
        return channel

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
            async with asyncio.timeout(_MAKING):
                await upkeep.keep(connection, topology.queues_of(self._service), self._service, verify=True)
        except BaseException:
            await _close(connection)
            raise
        return connection


async def _close(connection: AbstractConnection) -> None:
    """Close, or leave it to the server to notice."""
    with contextlib.suppress(Exception):
        async with asyncio.timeout(_CLOSE):
            await connection.close()


async def _send(channel: AbstractChannel, message: aio_pika.Message, event_type: str) -> None:
    """Send and count one message: what could not even be tried is no message that was sent."""
    failure = ""
    try:
        await _hand_over(channel, message, event_type)
    except BaseException as error:
        failure = error_type(error) or "cancelled"  # the broker may have it
        raise
    finally:
        _sent[SYSTEM, "publish", destination(topology.EXCHANGE, event_type), failure].inc()


async def _hand_over(channel: AbstractChannel, message: aio_pika.Message, event_type: str) -> None:
    underlay = await channel.get_underlay_channel()
    for queue in topology.consumers(event_type):
        await underlay.queue_bind(queue, topology.EXCHANGE, event_type, nowait=True)
    exchange = await channel.get_exchange(topology.EXCHANGE, ensure=False)
    await exchange.publish(message, event_type, mandatory=True)


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
