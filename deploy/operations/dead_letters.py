"""Dead letters: look at them, send them back to work, drop them. Over AMQP only.

A queue is walked once, by as many `get`s as it had messages when the walk began. What is not acknowledged goes
back when the channel closes, and only then: so nothing is met twice, and a process that dies loses nothing.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from aio_pika.abc import AbstractIncomingMessage

from deploy.operations import broker
from deploy.operations.broker import SECONDS, waiting, walk
from observability.redaction import redact
from observability.secrets import hide
from services.shared.events.copies import copy_of

_BODY = 300  # characters of a message that are shown


@dataclass(frozen=True)
class Letter:
    """A dead letter as people look at it. error: why it was given up, as far as that was recorded."""

    id: str
    type: str
    time: datetime | None
    request_id: str
    attempts: int
    error: str
    body: str


@dataclass(frozen=True)
class Count:
    """How many dead letters a queue has, and the time of the one that waits longest."""

    queue: str
    letters: int
    oldest: datetime | None


async def count(url: str, queues: list[str]) -> list[Count]:
    """The dead letters of each of the work queues."""
    counts = []
    async with broker.channel(url, "shop dlq") as channel:
        for queue in queues:
            oldest = None
            if number := await waiting(channel, queue):
                async for message in walk(channel, queue, most=1):
                    oldest = message.timestamp
            counts.append(Count(queue, number, oldest))
    return counts


async def look(url: str, queue: str) -> AsyncGenerator[Letter]:
    """Every dead letter of a work queue, the oldest first; they all stay."""
    async with broker.channel(url, "shop dlq") as channel:
        async for message in walk(channel, queue):
            yield _letter(message)


async def replay(url: str, queue: str, identifier: str | None = None) -> int:
    """Send the dead letters (or the one with that message id) to the work queue as if they were new; how many.

    A letter is acknowledged only after the broker confirmed its copy: dying in between leaves both, which is
    harmless, as consumers recognise an event that they had. Raises DeliveryError when there is no work queue.
    """
    replayed = 0
    async with broker.channel(url, "shop dlq") as channel:
        async for message in walk(channel, queue):
            if identifier in (None, message.message_id):
                await channel.default_exchange.publish(copy_of(message, 1), queue, mandatory=True, timeout=SECONDS)
                await message.ack()
                replayed += 1
    return replayed


async def drop(url: str, queue: str, identifier: str | None = None, *, beginning: str = "") -> int:
    """Remove the dead letters (or the one with that message id) for good; how many.

    beginning: only those whose message ids begin so. To look first and drop then would miss some: what a look has
    held comes back to its queue a moment after the look has ended.
    """
    dropped = 0
    async with broker.channel(url, "shop dlq") as channel:
        async for message in walk(channel, queue):
            if identifier in (None, message.message_id) and (message.message_id or "").startswith(beginning):
                await message.ack()
                dropped += 1
    return dropped


def _letter(message: AbstractIncomingMessage) -> Letter:
    headers = message.headers
    attempts = headers.get("x-attempt")
    return Letter(
        id=hide(message.message_id or ""),
        type=hide(message.type or ""),
        time=message.timestamp,
        request_id=hide(_text(headers.get("x-request-id")) or message.correlation_id or ""),
        attempts=attempts if isinstance(attempts, int) else 1,
        error=hide(" ".join(_text(headers.get("x-error")).split())) or _reason(headers),
        body=redact(message.body.decode("utf-8", "replace"))[:_BODY],
    )


def _reason(headers: dict[str, Any]) -> str:
    """Why the broker gave it up by itself: `delivery_limit` when its consumers died of it."""
    deaths = headers.get("x-death")
    last = deaths[0] if isinstance(deaths, list) and deaths else {}
    return _text(last.get("reason")) if isinstance(last, dict) else ""


def _text(value: Any) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value) if value else ""
