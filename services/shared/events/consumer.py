"""Consume a queue: every delivery ends in exactly one of effect, retry or dead letter, and is acknowledged last.

When the process dies at any line before the acknowledgement, the broker delivers again; handlers recognise
what they did already.
"""

import asyncio
import contextlib
import logging
import time
from collections.abc import Awaitable, Callable
from typing import Literal

from aio_pika import Message
from aio_pika.abc import AbstractChannel, AbstractIncomingMessage, AbstractQueue
from aio_pika.exceptions import DeliveryError

from observability.limits import TimeLimit
from observability.logging import get_logger
from observability.messaging import SYSTEM, consuming, destination
from observability.metrics import (
    Children,
    dead_lettered,
    error_type,
    exemplar,
    process_duration,
    redelivered,
    timeouts,
)
from observability.redaction import redact
from observability.spans import record_error
from services.shared import drills
from services.shared.events import topology
from services.shared.events.broker import Broker
from services.shared.events.copies import attempt_of, copy_of, since_of
from services.shared.events.envelope import Event, MisfitError, read_event
from services.shared.flags import flags

__all__ = ["Consumer", "Handled", "Handler"]

Handled = Literal["ok", "duplicate", "ignored"]
Handler = Callable[[Event], Awaitable[Handled]]
"""Handles one event durably. `ignored`: the event is no legal move any more; that is logged and counted.
Raises MisfitError for what no later attempt can make right; whatever else it raises is tried again."""

_HANDLE = 20.0  # seconds for one delivery
_ANSWER = 5.0  # seconds for the broker to take our answer
_LONGEST = 4 * 3600  # seconds that a message is tried while its store is away; events are kept longer
_NEWS = 60  # seconds for which a message that is put off is one to wait for
_ERROR = 300  # characters of the last error that a dead letter keeps
_log = get_logger("consumer")
_durations = Children(process_duration)


class HandlerTimeoutError(Exception):
    """The handler took longer than any delivery may. No OSError, as TimeoutError is one: it is no outage."""


class Consumer:
    """One consumer of one queue. prefetch: deliveries handled at once; drain: seconds for them to end.

    outages: exceptions that say nothing against the message: it is tried again while they last, up to 4 hours.
    """

    def __init__(
        self,
        broker: Broker,
        queue: str,
        handle: Handler,
        *,
        prefetch: int = 16,
        drain: float = 10.0,
        outages: tuple[type[Exception], ...] = (),
    ) -> None:
        self._broker = broker
        self._queue = queue
        self._handle = handle
        self._prefetch = prefetch
        self._drain = drain
        self._outages = outages
        self._idle = asyncio.Event()
        self._idle.set()
        self._at_work = 0
        self._since: float | None = None  # by the event loop's clock
        # A series that is there from the start lets increase() see its first event.
        redelivered.labels(queue)
        timeouts.labels(queue)
        for event in (*topology.QUEUES.get(queue, ()), "unknown"):
            dead_lettered.labels(queue, event)

    def steady_for(self) -> float:
        """For how many seconds it has consumed without a break, and put nothing off; 0 while it does not.

        What is put off for more than a minute is no break any more: others must not wait for one message.
        """
        return 0.0 if self._since is None else asyncio.get_running_loop().time() - self._since

    async def run(self) -> None:
        """Consume until the channel or the consumer ends, which raises; cancel it to stop in good order."""
        await self._broker.keep(self._queue)  # somebody may have deleted it
        channel = await self._broker.channel()
        ended = asyncio.Event()

        async def deliver(message: AbstractIncomingMessage) -> None:
            await self._deliver(channel, message, ended)

        try:
            async with asyncio.timeout(_ANSWER):
                await channel.set_qos(self._prefetch)
                channel.close_callbacks.add(lambda *_: ended.set())
                # The broker ends a consumer without closing its channel when the queue goes away.
                (await channel.get_underlay_channel()).on_consumer_cancel_callbacks.add(lambda _: ended.set())
                queue = await channel.get_queue(self._queue, ensure=False)
                tag = await queue.consume(deliver)
            _log.info("consumer.started", queue=self._queue)
            self._since = asyncio.get_running_loop().time()
            try:
                await ended.wait()
            finally:
                self._since = None
                await self._finish(channel, queue, tag)
            raise ConnectionError(f"the consumer of {self._queue} was ended")
        finally:
            with contextlib.suppress(Exception):
                async with asyncio.timeout(_ANSWER):
                    await channel.close()

    async def _finish(self, channel: AbstractChannel, queue: AbstractQueue, tag: str) -> None:
        """Take no more and wait for what is at work. Raises nothing else than a second cancellation."""
        if channel.is_closed:
            return
        error: Exception | None = TimeoutError("work outlasts the drain")

        async def drain() -> None:
            nonlocal error
            try:
                await queue.cancel(tag)
                await self._idle.wait()
                error = None
            except Exception as failure:
                error = failure

        # A task of its own: in this one, which is cancelled, asyncio.timeout would end as a cancellation.
        draining = asyncio.create_task(drain())
        try:
            await asyncio.wait({draining}, timeout=self._drain)
        finally:
            draining.cancel()
            if error is not None:  # what was not answered is delivered again
                _log.warning("consumer.not_drained", queue=self._queue, at_work=self._at_work, error=repr(error))

    async def _deliver(
        self, channel: AbstractChannel, message: AbstractIncomingMessage, ended: asyncio.Event
    ) -> None:
        self._at_work += 1
        self._idle.clear()
        try:
            if flags.are_on:
                await drills.before_delivery(self._queue)
            await self._process(channel, message)
        except Exception:
            # Not acknowledged: the broker delivers it again when this channel is gone.
            _log.exception("message.unanswered", queue=self._queue, message_id=message.message_id)
            ended.set()
        finally:
            self._at_work -= 1
            if self._at_work == 0:
                self._idle.set()

    async def _process(self, channel: AbstractChannel, message: AbstractIncomingMessage) -> None:
        attempt = attempt_of(message)
        event_type = message.type if message.type in topology.QUEUES[self._queue] else "unknown"
        if message.redelivered or attempt > 1:
            redelivered.labels(self._queue).inc()
        started = time.perf_counter()
        with consuming(
            event_type,
            message.message_id or "",
            exchange=topology.EXCHANGE,
            queue=self._queue,
            headers=message.headers,
            attempt=attempt,
            broker=self._broker.address,
            routing_key=message.routing_key or "",
            delivery_tag=message.delivery_tag,
            correlation_id=message.correlation_id or "",
        ) as span:
            try:
                decided, error = await self._decide(message)
                if error is not None:
                    record_error(span, error)
                async with TimeLimit(_ANSWER):
                    outcome = await self._answer(channel, message, attempt, decided, error)
            except Exception as failure:
                self._note(message, event_type, attempt, started, "unanswered", failure)
                raise
            self._note(message, event_type, attempt, started, outcome, error)

    def _note(
        self,
        message: AbstractIncomingMessage,
        event_type: str,
        attempt: int,
        started: float,
        outcome: str,
        error: Exception | None,
    ) -> None:
        """Count and log what became of a delivery that began at `started`."""
        if outcome == "dead":
            dead_lettered.labels(self._queue, event_type).inc()
        seconds = time.perf_counter() - started
        place = destination(topology.EXCHANGE, event_type, self._queue)
        child = _durations[SYSTEM, "process", place, error_type(error), outcome]
        child.observe(seconds, exemplar())
        _log.log(
            logging.ERROR if error else logging.INFO,
            "message.processed",
            queue=self._queue,
            event_type=event_type,
            message_id=message.message_id,
            outcome=outcome,
            attempt=attempt,
            duration_ms=round(seconds * 1000, 2),
            error=repr(error) if error else None,
        )

    async def _answer(
        self,
        channel: AbstractChannel,
        message: AbstractIncomingMessage,
        attempt: int,
        decided: str,
        error: Exception | None,
    ) -> str:
        """Put a message aside or bury it, where that was decided, and acknowledge it; what became of it."""
        if decided == "failed":
            decided = await self._put_aside(channel, message, attempt, error)
        elif decided == "poison":
            decided = await self._bury(channel, message, error)
        await message.ack()
        return decided

    async def _decide(self, message: AbstractIncomingMessage) -> tuple[str, Exception | None]:
        try:
            event = read_event(message.body, message_id=message.message_id, message_type=message.type)
            if event.type not in topology.QUEUES[self._queue]:
                raise MisfitError(f"{event.type} does not belong in {self._queue}")
            if (message.exchange or "", message.routing_key) not in topology.ways(self._queue, event.type):
                raise MisfitError(f"{event.type} came by {message.exchange!r} as {message.routing_key!r}")
        except MisfitError as error:
            return "poison", error
        limit = TimeLimit(_HANDLE)
        try:
            async with limit:
                return await self._handle(event), None
        except MisfitError as error:
            return "poison", error
        except Exception as error:
            if isinstance(error, TimeoutError):
                timeouts.labels(self._queue).inc()
            if limit.expired():
                return "failed", HandlerTimeoutError(f"not handled in {_HANDLE:.0f} s")
            return "failed", error

    async def _put_aside(
        self, channel: AbstractChannel, message: AbstractIncomingMessage, attempt: int, error: Exception | None
    ) -> str:
        now = int(time.time())
        since = since_of(message, now)
        if self._since is not None and now - since < _NEWS:  # what is put off comes later
            self._since = asyncio.get_running_loop().time()
        if isinstance(error, self._outages):  # says nothing against the message: no attempt is spent
            if now - since > _LONGEST:
                return await self._bury(channel, message, error)
            attempt, (delay, *_) = attempt - 1, topology.RETRY_DELAYS_MS[-2:]
        elif attempt >= topology.ATTEMPTS:
            return await self._bury(channel, message, error)
        else:
            delay = topology.RETRY_DELAYS_MS[attempt - 1]
        await self._come_again(channel, copy_of(message, attempt + 1, since=since), delay)
        return "retried"

    async def _come_again(self, channel: AbstractChannel, copy: Message, delay_ms: int) -> None:
        exchange = await channel.get_exchange(topology.own_exchange(self._queue), ensure=False)
        await exchange.publish(copy, topology.retry_queue(self._queue, delay_ms), mandatory=True)

    async def _bury(
        self, channel: AbstractChannel, message: AbstractIncomingMessage, error: Exception | None
    ) -> str:
        exchange = await channel.get_exchange(topology.DEAD_EXCHANGE, ensure=False)
        attempt = attempt_of(message)
        letter = copy_of(message, attempt, error=redact(ascii(error))[:_ERROR])  # for `./shop dlq show`
        try:
            await exchange.publish(letter, topology.dead_queue(self._queue), mandatory=True)
        except DeliveryError as refused:  # full, or not bound: it waits for the longest time, and comes again
            _log.error("message.not_buried", queue=self._queue, message_id=message.message_id, error=repr(refused))
            again = copy_of(message, attempt, since=since_of(message, int(time.time())))
            await self._come_again(channel, again, topology.RETRY_DELAYS_MS[-1])
            return "retried"
        return "dead"
