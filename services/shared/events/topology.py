"""Who listens to what: the exchanges and queues of the platform.

A service makes the exchanges, the tap and the queues of its own (`<service>.…`); upkeep.py keeps them there.

    shop.events (topic) --type--> <queue>            work
    <queue> --our publish--> <queue>.retry.<ms>      waits, then dead-letters back (through <service>.own)
    <queue> --our publish--> <queue>.dead            given up; kept until somebody looks (through shop.dlx)
    shop.replay (topic) --type--> <service>.replay   asks a publisher to publish its events of a type again
    shop.tap (topic) --#--> events.tap               the newest 1,000 events, to look at in RabbitMQ's UI

The tap hangs on an exchange of its own, which gets a second copy: a queue that is bound to shop.events with `#`,
directly or through another exchange, would make the broker call every event delivered, also one that its
consumers cannot get.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # ./shop dlq names the queues before anything is installed
    from aio_pika.abc import AbstractChannel

__all__ = [
    "ATTEMPTS",
    "DEAD_EXCHANGE",
    "EXCHANGE",
    "KEPT_HOURS",
    "PUBLISHED",
    "QUEUES",
    "REPLAY_EXCHANGE",
    "RETRY_DELAYS_MS",
    "TAP",
    "TAP_EXCHANGE",
    "QueueSpec",
    "bind",
    "consumers",
    "dead_queue",
    "declare",
    "declare_exchanges",
    "declare_own_exchange",
    "family",
    "make",
    "own_exchange",
    "queues_of",
    "replay_queue",
    "retry_queue",
    "tap",
]

KEPT_HOURS = 6
"""For how long a publisher can publish an event again: as long as a queue may hold it."""
EXCHANGE = "shop.events"
DEAD_EXCHANGE = "shop.dlx"
REPLAY_EXCHANGE = "shop.replay"
TAP_EXCHANGE = "shop.tap"
TAP = "events.tap"
QUEUES = {
    "product.orders": ("order.created", "order.paid", "order.cancelled"),
    "order.stock": ("stock.reserved", "stock.rejected"),
    "order.payments": ("payment.succeeded", "payment.failed", "payment.refunded"),
    "order.products": ("product.changed",),
    "payment.orders": ("order.cancelled",),
}
PUBLISHED = {
    "product": ("stock.reserved", "stock.rejected", "product.changed"),
    "order": ("order.created", "order.paid", "order.cancelled"),
    "payment": ("payment.succeeded", "payment.failed", "payment.refunded"),
}
RETRY_DELAYS_MS = (200, 1_000, 5_000, 30_000)
"""The waits between the tries of a message. While what its handler needs is away, it is the last but one."""
ATTEMPTS = len(RETRY_DELAYS_MS) + 1
_QUORUM = {"x-queue-type": "quorum"}
_TAP_LIMITS = {"x-max-length": 1_000, "x-max-length-bytes": 8 * 2**20}
# Arguments of a queue cannot be changed while it exists; limits of length and size are policies for that reason
# (deploy/installation/queue_limits.py), so that they hold for the queues of an older version too.


@dataclass(frozen=True)
class QueueSpec:
    """A queue as it is declared. bindings: pairs of exchange and routing key."""

    name: str
    arguments: dict[str, Any] = field(default_factory=dict)
    bindings: tuple[tuple[str, str], ...] = ()


def retry_queue(queue: str, delay_ms: int) -> str:
    """The name of the queue in which a message of `queue` waits for `delay_ms`.

    Six digits: queues of older versions have as many as they need, and hand what waits in them back by themselves.
    """
    return f"{queue}.retry.{delay_ms:06}"


def own_exchange(queue: str) -> str:
    """The exchange by which a service reaches its own queues only: the default one reaches everybody's."""
    return f"{queue.partition('.')[0]}.own"


def dead_queue(queue: str) -> str:
    """The name of the queue of messages of `queue` that were given up."""
    return f"{queue}.dead"


def replay_queue(service: str) -> QueueSpec:
    """The queue in which a service hears which of its events are asked for again."""
    return QueueSpec(
        f"{service}.replay", dict(_QUORUM), tuple((REPLAY_EXCHANGE, kind) for kind in PUBLISHED[service])
    )


def consumers(event_type: str) -> list[str]:
    """The work queues that an event of this type must reach."""
    return [queue for queue, types in QUEUES.items() if event_type in types]


def queues_of(service: str) -> list[str]:
    """The work queues that a service owns."""
    return [queue for queue in QUEUES if queue.startswith(f"{service}.")]


def ways(queue: str, event_type: str) -> tuple[tuple[str, str], ...]:
    """The exchanges and keys by which an event of a type rightly comes to a queue.

    When it is published, after a retry, and from an administrator or a retry queue of an older version.

    The broker lets a service publish only with the keys of its own types, and so only these ways say who sent it.
    """
    return (EXCHANGE, event_type), (own_exchange(queue), queue), ("", queue)


def family(name: str) -> Iterator[QueueSpec]:
    """A work queue and the queues that belong to it, the work queue last."""
    yield QueueSpec(dead_queue(name), dict(_QUORUM), ((DEAD_EXCHANGE, dead_queue(name)),))
    for delay in RETRY_DELAYS_MS:
        yield QueueSpec(
            retry_queue(name, delay),
            {
                **_QUORUM,
                "x-message-ttl": delay,
                "x-dead-letter-exchange": own_exchange(name),
                "x-dead-letter-routing-key": name,
                "x-dead-letter-strategy": "at-least-once",
                "x-overflow": "reject-publish",
            },
            ((own_exchange(name), retry_queue(name, delay)),),
        )
    yield QueueSpec(
        name,
        {
            **_QUORUM,
            "x-dead-letter-exchange": DEAD_EXCHANGE,
            "x-dead-letter-routing-key": dead_queue(name),
            "x-dead-letter-strategy": "at-least-once",
            "x-overflow": "reject-publish",
            # Deliveries that ended without an answer (the consumer died): a message that kills its
            # consumer ends in the dead-letter queue too.
            "x-delivery-limit": 20,
        },
        (*((EXCHANGE, kind) for kind in QUEUES[name]), (own_exchange(name), name)),
    )


def tap() -> QueueSpec:
    """The queue in which people look at events."""
    return QueueSpec(TAP, dict(_TAP_LIMITS), ((TAP_EXCHANGE, "#"),))


async def declare_exchanges(channel: AbstractChannel) -> None:
    """Make the exchanges that all services share; harmless when they are there."""
    for name in (EXCHANGE, REPLAY_EXCHANGE, TAP_EXCHANGE):
        await channel.declare_exchange(name, "topic", durable=True)
    await channel.declare_exchange(DEAD_EXCHANGE, "direct", durable=True)


async def declare_own_exchange(channel: AbstractChannel, queue: str) -> None:
    """Make the exchange of the queue's service; harmless when it is there."""
    await channel.declare_exchange(own_exchange(queue), "direct", durable=True)


async def make(channel: AbstractChannel, spec: QueueSpec) -> None:
    """Declare a queue. Idempotent; fails when it exists with other arguments."""
    await channel.declare_queue(spec.name, durable=True, arguments=spec.arguments)


async def bind(channel: AbstractChannel, spec: QueueSpec) -> None:
    """Bind a queue that exists to exchanges that exist. Idempotent."""
    queue = await channel.get_queue(spec.name, ensure=False)
    for exchange, key in spec.bindings:
        await queue.bind(exchange, key)


async def declare(channel: AbstractChannel) -> None:
    """Declare the queues of all services, as an operator may, and an empty tap. Idempotent."""
    await declare_exchanges(channel)
    await channel.queue_delete(TAP)  # that of a version before has other arguments, and another binding
    for name in QUEUES:
        await declare_own_exchange(channel, name)
    for spec in (tap(), *(spec for name in QUEUES for spec in family(name))):
        await make(channel, spec)
        await bind(channel, spec)
