"""Who listens to what: the exchanges and queues of the platform, declared alike by every service.

Everybody declares everything, so that no publisher can be up before the queues of its consumers exist.

    shop.events (topic) --type--> <queue>            work
    <queue> --our publish--> <queue>.retry.<ms>      waits, then dead-letters back to <queue>
    <queue> --our publish--> <queue>.dead            given up; kept until somebody looks (through shop.dlx)
    shop.events --#--> events.tap                    the newest 1,000 events, to look at in RabbitMQ's UI
"""

from aio_pika import ExchangeType
from aio_pika.abc import AbstractChannel

__all__ = [
    "ATTEMPTS",
    "DEAD_EXCHANGE",
    "EXCHANGE",
    "QUEUES",
    "RETRY_DELAYS_MS",
    "TAP",
    "dead_queue",
    "declare",
    "declare_queue",
    "retry_queue",
]

EXCHANGE = "shop.events"
DEAD_EXCHANGE = "shop.dlx"
QUEUES = {
    "product.orders": ("order.created", "order.paid", "order.cancelled"),
    "order.stock": ("stock.reserved", "stock.rejected"),
    "order.payments": ("payment.succeeded", "payment.failed", "payment.refunded"),
    "order.products": ("product.changed",),
    "payment.orders": ("order.cancelled",),
}
RETRY_DELAYS_MS = (200, 1_000, 5_000, 30_000)
ATTEMPTS = len(RETRY_DELAYS_MS) + 1
_QUORUM = {"x-queue-type": "quorum"}
TAP = "events.tap"
_TAP_LENGTH = 1_000


def retry_queue(queue: str, delay_ms: int) -> str:
    """The name of the queue in which a message of `queue` waits for `delay_ms`."""
    return f"{queue}.retry.{delay_ms}"


def dead_queue(queue: str) -> str:
    """The name of the queue of messages of `queue` that were given up."""
    return f"{queue}.dead"


async def declare(channel: AbstractChannel) -> None:
    """Declare all of it. Idempotent; fails when a queue exists with other arguments."""
    events = await channel.declare_exchange(EXCHANGE, ExchangeType.TOPIC, durable=True)
    await channel.declare_exchange(DEAD_EXCHANGE, ExchangeType.DIRECT, durable=True)
    for name in QUEUES:
        await declare_queue(channel, name)
    tap = await channel.declare_queue(TAP, durable=True, arguments={"x-max-length": _TAP_LENGTH})
    await tap.bind(events, "#")


async def declare_queue(channel: AbstractChannel, name: str) -> None:
    """Declare one work queue with its bindings, retry queues and dead queue. Idempotent; needs the exchanges."""
    work = await channel.declare_queue(
        name,
        durable=True,
        arguments={
            **_QUORUM,
            "x-dead-letter-exchange": DEAD_EXCHANGE,
            "x-dead-letter-routing-key": dead_queue(name),
            "x-dead-letter-strategy": "at-least-once",
            "x-overflow": "reject-publish",
            # Deliveries that ended without an answer (the consumer died): a message that kills its
            # consumer ends in the dead queue too.
            "x-delivery-limit": 20,
        },
    )
    for event in QUEUES[name]:
        await work.bind(EXCHANGE, event)
    for delay in RETRY_DELAYS_MS:
        await channel.declare_queue(
            retry_queue(name, delay),
            durable=True,
            arguments={
                **_QUORUM,
                "x-message-ttl": delay,
                "x-dead-letter-exchange": "",
                "x-dead-letter-routing-key": name,
                "x-dead-letter-strategy": "at-least-once",
                "x-overflow": "reject-publish",
            },
        )
    given_up = await channel.declare_queue(dead_queue(name), durable=True, arguments={**_QUORUM})
    await given_up.bind(DEAD_EXCHANGE, dead_queue(name))
