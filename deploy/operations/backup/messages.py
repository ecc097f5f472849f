"""Messages of the broker as lines of JSON: to keep those that a backup must have, and to publish them again."""

from __future__ import annotations

import base64
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import aio_pika
from aio_pika.abc import AbstractChannel, AbstractIncomingMessage

from deploy.operations import broker
from deploy.operations.asking import asking
from deploy.operations.broker import SECONDS


@asynccontextmanager
async def channel_to(url: str) -> AsyncIterator[AbstractChannel]:
    """A channel of the broker; what cannot be connected to is named."""
    async with AsyncExitStack() as stack:
        with asking("RabbitMQ"):
            channel = await stack.enter_async_context(broker.channel(url, "shop backup"))
        yield channel


def as_line(message: AbstractIncomingMessage, exchange: str, routing_key: str) -> str:
    """The message, and where it is to be published."""
    time = message.timestamp
    return json.dumps(
        {
            "exchange": exchange,
            "routingKey": routing_key,
            "messageId": message.message_id,
            "correlationId": message.correlation_id,
            "type": message.type,
            "contentType": message.content_type,
            "timestamp": time.timestamp() if time else None,
            "headers": {
                name: text for name, value in message.headers.items() if (text := _plain(value)) is not None
            },
            "body": base64.b64encode(message.body).decode(),
        }
    )


async def publish(channel: AbstractChannel, line: bytes) -> None:
    """Publish one again, and wait for the confirm."""
    record = json.loads(line)
    message = aio_pika.Message(
        base64.b64decode(record["body"]),
        headers=record["headers"],
        message_id=record["messageId"],
        correlation_id=record["correlationId"],
        type=record["type"],
        content_type=record["contentType"],
        timestamp=datetime.fromtimestamp(record["timestamp"], UTC) if record["timestamp"] else None,
        delivery_mode=aio_pika.DeliveryMode.PERSISTENT,
    )
    with asking("RabbitMQ"):
        exchange = await channel.get_exchange(record["exchange"], ensure=False) if record["exchange"] else None
        await (exchange or channel.default_exchange).publish(
            message, record["routingKey"], mandatory=True, timeout=SECONDS
        )


def _plain(value: Any) -> str | int | None:
    """Our own headers are texts and numbers; the broker's own records of a message's life are left out."""
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return value if isinstance(value, (str, int)) else None
