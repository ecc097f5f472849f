"""How long queues are, by AMQP's passive declare."""

from collections.abc import Iterable
from contextlib import suppress

from aio_pika.abc import AbstractConnection
from aio_pika.exceptions import ChannelNotFoundEntity

__all__ = ["lengths"]


async def lengths(
    connection: AbstractConnection, names: Iterable[str], timeout: float | None = None
) -> dict[str, int | None]:
    """How many messages each queue has; None where there is none: the broker closes the channel that asks for it.

    timeout: seconds for each answer.
    """
    found: dict[str, int | None] = {}
    waiting = list(names)
    while waiting:
        async with connection.channel() as channel:
            with suppress(ChannelNotFoundEntity):
                while waiting:
                    found[waiting[0]] = None
                    queue = await channel.declare_queue(waiting.pop(0), passive=True, timeout=timeout)
                    found[queue.name] = queue.declaration_result.message_count or 0
    return found
