"""Records what is published, by a queue of the test's own.

It hangs where the tap hangs: bound to the events' exchange it would make each event count as delivered.
"""

import asyncio
import threading
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

import aio_pika
from aio_pika.abc import AbstractIncomingMessage

from deploy.installation.addresses import StoreUrls
from deploy.installation.layout import Layout
from services.shared.events import upkeep
from services.shared.events.topology import PUBLISHED
from tests.waiting import wait_for


@dataclass(frozen=True)
class Recorded:
    """A message as it lay in the queue."""

    routing_key: str
    body: bytes
    message_id: str
    correlation_id: str
    headers: dict[str, Any]


class Recorder:
    """Collects messages in a thread of its own, so that tests need not be asynchronous."""

    def __init__(self, layout: Layout) -> None:
        self._url = StoreUrls(layout).amqp()
        self._seen: list[Recorded] = []
        self._loop = asyncio.new_event_loop()
        self._bound = threading.Event()
        self._stop = asyncio.Event()
        self._thread = threading.Thread(target=self._loop.run_until_complete, args=(self._record(),))

    def __enter__(self) -> Self:
        self._thread.start()
        assert self._bound.wait(10)
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()
        self._loop.close()

    def of(self, order_id: str) -> list[Recorded]:
        """The messages that speak of an order, so far."""
        return [message for message in list(self._seen) if order_id.encode() in message.body]

    def until(self, order_id: str, *types: str) -> list[Recorded]:
        """Wait until these types have been published for an order; all its messages."""
        return wait_for(
            f"{types} of {order_id}",
            lambda: self.of(order_id),
            lambda seen: set(types) <= {message.routing_key for message in seen},
        )

    def all(self) -> list[Recorded]:
        """Everything so far."""
        return list(self._seen)

    async def _record(self) -> None:
        async with await aio_pika.connect(self._url) as connection:
            channel = await connection.channel()
            queue = await channel.declare_queue(exclusive=True)
            await queue.bind("shop.tap", "#")
            await queue.consume(self._keep, no_ack=True)
            self._bound.set()
            await self._stop.wait()

    async def _keep(self, message: AbstractIncomingMessage) -> None:
        self._seen.append(
            Recorded(
                routing_key=message.routing_key or "",
                body=message.body,
                message_id=message.message_id or "",
                correlation_id=message.correlation_id or "",
                headers=dict(message.headers),
            )
        )


def wait_for_answers(layout: Layout) -> None:
    """Until no service is asked for its events again, as new queues do at a first start.

    What is sent before its service has answered is sent twice.
    """
    url = StoreUrls(layout).amqp()
    wait_for("answers to new queues", lambda: not asyncio.run(_is_asked(url)))


async def _is_asked(url: str) -> bool:
    async with await aio_pika.connect(url) as connection:
        return any([await upkeep.is_asked(await connection.channel(), service) for service in PUBLISHED])
