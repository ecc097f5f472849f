"""Keeps exchanges, queues and bindings there while the platform runs, and what was in a queue that vanished.

AMQP does not say whether a declaration made a queue or found it. So a queue is looked for first. Where one is
missing, its publishers are asked for their recent events again *before* it is made: a process that dies in
between leaves it missing, and the next look asks again. Consumers recognise events that they had.

The question is a message in each publisher's `<service>.replay`. When that queue is missing too, as after the loss
of the whole broker, its owner publishes all its recent events again by itself.
"""

import asyncio
from collections.abc import AsyncIterator, Collection, Iterable
from collections.abc import Set as AbstractSet
from contextlib import asynccontextmanager, nullcontext

from aio_pika import DeliveryMode, Message
from aio_pika.abc import AbstractChannel, AbstractConnection, AbstractIncomingMessage
from aio_pika.exceptions import AMQPError, ChannelPreconditionFailed
from aiormq.exceptions import ChannelLockedResource

from observability.logging import get_logger
from services.shared.events import topology
from services.shared.events.lengths import lengths

__all__ = ["asked_again", "is_asked", "is_complete", "keep", "missing"]

_MOST = 100  # questions that are answered at once
_TURN = 0.1  # seconds between tries while another process makes the queues
_log = get_logger("upkeep")


@asynccontextmanager
async def _alone(connection: AbstractConnection, service: str) -> AsyncIterator[None]:
    """One process of a service after another, across replicas, by a queue that only one connection may have.

    The broker shows a quorum queue to others before it is there for them: a consumer that comes in between ends
    its whole connection with INTERNAL_ERROR. Two that make the same quorum queue at once can leave one that
    refuses everything for ever. So one replica makes the queues, and the others wait.
    """
    while True:
        try:
            async with connection.channel() as channel:
                queue = await channel.declare_queue(f"{service}.upkeep", exclusive=True)
                try:
                    yield
                finally:
                    await queue.delete(if_unused=False, if_empty=False)
                return
        except ChannelLockedResource:
            await asyncio.sleep(_TURN)


async def keep(
    connection: AbstractConnection, queues: Collection[str], service: str, *, verify: bool = False
) -> None:
    """Make what is missing of the exchanges, the tap and these work queues of a service, and bind all again.

    verify: also compare the arguments of what is there; raises when they differ. One call at a time for a
    connection.
    """
    async with connection.channel() as channel:
        await topology.declare_exchanges(channel)
    await _keep_tap(connection)
    family = [spec.name for name in queues for spec in topology.family(name)]
    lost = await missing(connection, family)
    makes = verify or bool(lost)
    async with _alone(connection, service) if makes else nullcontext():
        if makes:
            lost = await missing(connection, family)  # another replica may have made them meanwhile
        for name in queues:
            await _keep_family(connection, name, frozenset(lost), verify=verify)


async def is_complete(channel: AbstractChannel, queues: Collection[str]) -> bool:
    """Whether exchanges, tap and these work queues with all that belongs to them are there. Binds them again.

    The broker closes a channel that binds what is not there: so this asks only once, for the exchange to which
    nothing is bound here, and may be done often. False also where it could not be found out.
    """
    specs = (topology.tap(), *(spec for name in queues for spec in topology.family(name)))
    try:
        underlay = await channel.get_underlay_channel()
        for spec in specs:
            for exchange, key in spec.bindings:
                await underlay.queue_bind(spec.name, exchange, key, nowait=True)
        await underlay.exchange_declare(topology.REPLAY_EXCHANGE, passive=True)
    except (AMQPError, OSError, RuntimeError):  # the library raises RuntimeError for a channel that was closed
        return False
    return True


async def _keep_tap(connection: AbstractConnection) -> None:
    """Versions before bound the tap to the events' exchange, where it hid the loss of a consumer's binding.

    That tap is known by its arguments. It is made anew: it only ever held copies.
    """
    spec = topology.tap()
    try:
        async with connection.channel() as channel:
            await topology.make(channel, spec)
            await topology.bind(channel, spec)
    except ChannelPreconditionFailed:
        async with connection.channel() as channel:
            await channel.queue_delete(spec.name)
            await topology.make(channel, spec)
            await topology.bind(channel, spec)


async def _keep_family(connection: AbstractConnection, name: str, lost: AbstractSet[str], *, verify: bool) -> None:
    family = list(topology.family(name))
    missing_here = [spec.name for spec in family if spec.name in lost]
    async with connection.channel(publisher_confirms=True) as channel:
        if missing_here:
            _log.info("queue.missing", queue=name, missing=missing_here)
            await _ask(connection, topology.QUEUES[name])
        await topology.declare_own_exchange(channel, name)
        for spec in family:
            if verify or spec.name in lost:
                await topology.make(channel, spec)
            await topology.bind(channel, spec)


async def missing(connection: AbstractConnection, names: Iterable[str]) -> list[str]:
    """Which queues do not exist."""
    return [name for name, length in (await lengths(connection, names)).items() if length is None]


async def _ask(connection: AbstractConnection, types: Iterable[str]) -> None:
    """Ask the publishers. Raises when a question reaches nobody who could answer it later.

    Each question is bound for right before it is sent: the exchange may have been made anew a moment ago, and its
    other bindings come back later. A publisher whose queue is missing needs no question.
    """
    for service, published in topology.PUBLISHED.items():
        name = topology.replay_queue(service).name
        kinds = [kind for kind in types if kind in published]
        if not kinds or await missing(connection, [name]):
            continue
        async with connection.channel(publisher_confirms=True, on_return_raises=True) as channel:
            exchange = await channel.get_exchange(topology.REPLAY_EXCHANGE, ensure=False)
            queue = await channel.get_queue(name, ensure=False)
            for kind in kinds:
                await queue.bind(exchange, kind)
                question = Message(b"", delivery_mode=DeliveryMode.PERSISTENT)
                await exchange.publish(question, kind, mandatory=True)


async def is_asked(channel: AbstractChannel, service: str) -> bool:
    """Whether a question waits in the queue of `asked_again`, or it is missing, or that could not be found out."""
    spec = topology.replay_queue(service)
    try:
        underlay = await channel.get_underlay_channel()
        for exchange, key in spec.bindings:
            await underlay.queue_bind(spec.name, exchange, key, nowait=True)
        queue = await channel.declare_queue(spec.name, passive=True)
    except (AMQPError, OSError, RuntimeError):
        return True
    return bool(queue.declaration_result.message_count)


@asynccontextmanager
async def asked_again(connection: AbstractConnection, service: str) -> AsyncIterator[set[str]]:
    """The types of events that `service` is asked to publish again.

    Whoever opens the block makes sure of that in it; when it raises, the question stays.
    """
    spec = topology.replay_queue(service)
    lost = await missing(connection, [spec.name])
    async with connection.channel() as channel:
        if lost:
            yield set(topology.PUBLISHED[service])
            await topology.declare_exchanges(channel)
            await topology.make(channel, spec)
        await topology.bind(channel, spec)
        if not lost:
            queue = await channel.get_queue(spec.name, ensure=False)
            questions: list[AbstractIncomingMessage] = []
            while len(questions) < _MOST and (question := await queue.get(fail=False)) is not None:
                questions.append(question)
            yield {question.routing_key or "" for question in questions}
            for question in questions:
                await question.ack()
