"""Consumers: no delivery is lost, none blocks others, and none is answered before its effect."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from types import SimpleNamespace
from typing import Any

import aio_pika
import pytest
from aio_pika.abc import AbstractChannel, FieldValue

from observability.tasks import Tasks
from observability.testing import CapturedSpans, MetricDelta
from services.shared.events import consumer as consumer_module
from services.shared.events import topology
from services.shared.events.broker import UNDELIVERABLE, Broker
from services.shared.events.consumer import Consumer, Handled, Handler
from services.shared.events.envelope import Event, MisfitError
from tests.services.rabbit import Rabbit
from tests.services.shared.conftest import QUEUE, TYPE
from tests.services.shared.events.mailbox import Mailbox
from tests.services.support import until

DEAD = topology.dead_queue(QUEUE)
FOREIGN = b'{"id":"e-1","type":"other","time":"2026-01-01T00:00:00Z","version":1,"data":{}}'


class Seen:
    """A handler that keeps what it gets; `then` is what it does with it."""

    def __init__(self, then: Callable[[int], Awaitable[object]] | None = None) -> None:
        self.events: list[Event] = []
        self.done = 0
        self._then = then

    async def __call__(self, event: Event) -> Handled:
        self.events.append(event)
        if self._then is not None:
            await self._then(len(self.events))
        self.done += 1
        return "ok"

    async def comes_to(self, count: int) -> None:
        """Return when `count` deliveries were handled to their end."""

        async def reached() -> bool:
            return self.done >= count

        await until(reached, 10)


@asynccontextmanager
async def consuming(broker: Broker, handle: Handler, **options: object) -> AsyncIterator[Consumer]:
    """A consumer that is kept going as in a service."""
    tasks = Tasks()
    consumer = Consumer(broker, QUEUE, handle, **options)  # type: ignore[arg-type]
    tasks.start("consumer", consumer.run)
    try:
        yield consumer
    finally:
        async with asyncio.timeout(5):
            await tasks.stop()


def _event() -> Event:
    return Event(type=TYPE, data={"n": 1})


async def _fail(_: int) -> None:
    raise RuntimeError("cannot")


@pytest.fixture
def channels(broker: Broker, monkeypatch: pytest.MonkeyPatch) -> list[AbstractChannel]:
    """The channels that consumers got."""
    opened: list[AbstractChannel] = []
    real = broker.channel

    async def channel() -> AbstractChannel:
        opened.append(await real())
        return opened[-1]

    monkeypatch.setattr(broker, "channel", channel)
    return opened


async def test_acknowledged_after_the_effect(
    broker: Broker, mailbox: Mailbox, channels: list[AbstractChannel]
) -> None:
    """A delivery whose channel dies while it is handled comes again, to a consumer that has restarted."""
    redelivered = MetricDelta("messages_redelivered_total", queue=QUEUE)

    async def lose_the_channel(time: int) -> None:
        if time == 1:
            await channels[-1].close()

    seen = Seen(lose_the_channel)
    async with consuming(broker, seen):
        await broker.publish(_event())

        async def again() -> bool:
            return len(seen.events) == 2

        await until(again)
    assert seen.events[0] == seen.events[1]
    assert redelivered.value == 1
    assert await mailbox.waiting(QUEUE) == 0


async def test_gives_up_after_five_attempts(broker: Broker, mailbox: Mailbox) -> None:
    """A handler that always fails gets four retries; the dead letter is the message as it was sent."""
    dead = MetricDelta("messages_dead_lettered_total", queue=QUEUE, event=TYPE)
    retried = MetricDelta(
        "messaging_process_duration_seconds_count",
        messaging_destination_name=f"{topology.EXCHANGE}:{TYPE}:{QUEUE}",
        message_outcome="retried",
    )
    seen, event = Seen(_fail), _event()
    traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    async with consuming(broker, seen):
        await broker.publish(event, traceparent=traceparent, request="request-of-a-test")
        [letter] = await mailbox.take(DEAD)
    assert seen.events == [event] * topology.ATTEMPTS == [event] * 5
    assert letter.headers["x-attempt"] == 5
    assert letter.headers["x-request-id"] == "request-of-a-test"
    assert str(letter.headers["traceparent"])[3:35] == traceparent[3:35]
    assert (letter.message_id, letter.type, letter.correlation_id) == (event.id, TYPE, "request-of-a-test")
    assert Event.model_validate_json(letter.body) == event
    assert letter.delivery_mode == aio_pika.DeliveryMode.PERSISTENT
    assert (dead.value, retried.value) == (1, 4)
    assert await mailbox.waiting(QUEUE) == 0


async def test_succeeds_at_a_later_attempt(broker: Broker, mailbox: Mailbox) -> None:
    """What fails for a while is done, and leaves nothing behind."""

    async def twice(time: int) -> None:
        if time < 3:
            raise RuntimeError("not yet")

    seen = Seen(twice)
    async with consuming(broker, seen):
        await broker.publish(_event())
        await seen.comes_to(1)
    assert len(seen.events) == 3
    assert await mailbox.waiting(QUEUE) == await mailbox.waiting(DEAD) == 0


@pytest.mark.parametrize("delays", [(2, 3, 4, 5), (2, 3), (2,)])
async def test_outage_is_not_held_against_the_message(
    broker: Broker, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch, delays: tuple[int, ...]
) -> None:
    """While the store is away a message is tried for ever, and counts as done when it is back."""
    monkeypatch.setattr(topology, "RETRY_DELAYS_MS", delays)

    async def away(time: int) -> None:
        if time < 9:
            raise ConnectionRefusedError

    seen = Seen(away)
    async with consuming(broker, seen, outages=(OSError,)):
        await broker.publish(_event())
        await seen.comes_to(1)
    assert await mailbox.waiting(DEAD) == 0


async def test_outage_spends_no_attempt(broker: Broker, mailbox: Mailbox) -> None:
    """A message that fails for once right after a long outage is tried again, not given up."""

    async def away_then_ill(time: int) -> None:
        if time < 9:
            raise ConnectionRefusedError
        if time == 9:
            raise RuntimeError("not yet")

    seen = Seen(away_then_ill)
    async with consuming(broker, seen, outages=(OSError,)):
        await broker.publish(_event())
        await seen.comes_to(1)
    assert len(seen.events) == 10
    assert await mailbox.waiting(DEAD) == 0


@pytest.mark.parametrize(
    "raw",
    [b"\xff not JSON", b"[]", b'{"type": "thing.done"}', FOREIGN],
    ids=["bytes", "array", "incomplete", "foreign type"],
)
async def test_poison_is_buried_at_once(broker: Broker, mailbox: Mailbox, raw: bytes) -> None:
    """What no attempt can make right does not reach the handler, and does not hold up what follows."""
    seen = Seen()
    await mailbox.put(aio_pika.Message(raw, headers={"x-custom": "kept"}), TYPE)
    good = _event()
    await broker.publish(good)
    async with consuming(broker, seen, prefetch=1):
        await seen.comes_to(1)
        [letter] = await mailbox.take(DEAD)
    assert seen.events == [good]
    assert letter.body == raw
    assert (letter.headers["x-custom"], letter.headers["x-attempt"]) == ("kept", 1)


@pytest.mark.parametrize("way", ["key", "exchange"])
async def test_a_message_that_came_by_a_way_of_other_types_is_buried(
    broker: Broker, mailbox: Mailbox, way: str
) -> None:
    """The broker checks the key by which somebody publishes, and nothing in the message.

    A service that may publish one type could write another into it, or bind a queue to an exchange of its own.
    """
    seen, event = Seen(), _event()
    message = aio_pika.Message(event.model_dump_json().encode(), message_id=event.id, type=event.type)
    await broker.keep(QUEUE)
    async with consuming(broker, seen):
        if way == "key":
            await mailbox.put_by(message, QUEUE, topology.EXCHANGE, "stock.rejected")
        else:
            await mailbox.put_by(message, QUEUE, "other.own", TYPE)
        letter = (await mailbox.take(DEAD))[0]
    assert seen.events == []
    assert "came" in str(letter.headers["x-error"])
    assert letter.body == message.body


async def test_misfit_is_buried_at_once(broker: Broker, mailbox: Mailbox) -> None:
    """What a handler finds never to be right spends no further attempts, and holds nothing up."""

    async def misfits(count: int) -> None:
        if count == 1:
            raise MisfitError("not of this order")

    seen = Seen(misfits)
    bad, good = _event(), _event()
    async with consuming(broker, seen, prefetch=1):
        await broker.publish(bad)
        await broker.publish(good)
        await seen.comes_to(1)
        [letter] = await mailbox.take(DEAD)
    assert seen.events == [bad, good]
    assert (letter.message_id, letter.headers["x-attempt"]) == (bad.id, 1)


async def test_how_long_it_has_consumed(broker: Broker, mailbox: Mailbox) -> None:
    """It counts from the moment when the broker delivers, and from 0 after each break."""
    seen = Seen()
    consumer = Consumer(broker, QUEUE, seen)

    async def consumes() -> bool:
        return consumer.steady_for() > 0

    async def does_not() -> bool:
        return consumer.steady_for() == 0

    assert await does_not()
    task = asyncio.create_task(consumer.run())
    await until(consumes)
    await mailbox.delete(QUEUE)
    with pytest.raises(ConnectionError):
        await task
    assert await does_not()
    task = asyncio.create_task(consumer.run())
    await until(consumes)
    task.cancel()
    await until(does_not)
    await asyncio.gather(task, return_exceptions=True)


async def test_what_is_put_off_for_long_is_no_break(
    broker: Broker, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One message that cannot be handled does not hold up for ever what waits for news."""
    monkeypatch.setattr(consumer_module, "_NEWS", 0)

    async def away(count: int) -> None:
        raise ConnectionRefusedError

    seen = Seen(away)
    async with consuming(broker, seen, outages=(OSError,)) as consumer:

        async def is_tried_while_steady() -> bool:
            return len(seen.events) > 20 and consumer.steady_for() > 0.1

        await broker.publish(_event())
        await until(is_tried_while_steady)


async def test_what_is_put_off_is_a_break(broker: Broker, mailbox: Mailbox) -> None:
    """It comes again seconds later, and until then not all that was sent is known."""
    clock = asyncio.get_running_loop().time

    async def away(count: int) -> None:
        if count == 1:
            raise ConnectionRefusedError

    seen = Seen(away)
    async with consuming(broker, seen, outages=(OSError,)) as consumer:

        async def consumes() -> bool:
            return consumer.steady_for() > 0.1

        await until(consumes)
        published = clock()
        await broker.publish(_event())
        await seen.comes_to(1)
        assert 0 < consumer.steady_for() <= clock() - published


async def test_stop_waits_for_work_in_hand(broker: Broker, mailbox: Mailbox) -> None:
    """A cancelled consumer takes nothing new, finishes what it has, answers it, and ends."""
    going_on, begun = asyncio.Event(), asyncio.Event()

    async def wait(_: int) -> None:
        begun.set()
        await going_on.wait()

    seen = Seen(wait)
    task = asyncio.create_task(Consumer(broker, QUEUE, seen, drain=5).run())
    await broker.publish(_event())
    await begun.wait()
    task.cancel()

    async def deaf() -> bool:
        await broker.publish(_event())
        return await mailbox.waiting(QUEUE) > 0

    await until(deaf)
    waiting, taken = await mailbox.waiting(QUEUE), len(seen.events)
    assert not task.done()
    going_on.set()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert seen.done == taken
    assert await mailbox.waiting(QUEUE) == waiting


async def test_stop_does_not_wait_for_ever(
    broker: Broker, mailbox: Mailbox, captured_logs: list[dict[str, Any]]
) -> None:
    """Work that outlasts the drain is told and given back to the queue; the consumer ends as a cancelled one."""
    begun = asyncio.Event()

    async def for_ever(_: int) -> None:
        begun.set()
        await asyncio.Event().wait()

    task = asyncio.create_task(Consumer(broker, QUEUE, Seen(for_ever), drain=0.05).run())
    await broker.publish(_event())
    await begun.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await mailbox.comes_to(QUEUE, 1)
    [line] = [line for line in captured_logs if line["event"] == "consumer.not_drained"]
    assert (line["queue"], line["at_work"]) == (QUEUE, 1)
    assert "TimeoutError" in line["error"]


async def test_deleted_queue_comes_back(broker: Broker, mailbox: Mailbox) -> None:
    """When the broker cancels the consumer, it declares its queue again and goes on."""
    seen = Seen()
    async with consuming(broker, seen):
        await broker.publish(_event())
        await seen.comes_to(1)
        await mailbox.delete(QUEUE)

        async def published() -> bool:
            with contextlib.suppress(*UNDELIVERABLE):
                await broker.publish(_event())
            return seen.done > 1

        await until(published)


async def test_closed_connection_comes_back(broker: Broker, mailbox: Mailbox) -> None:
    """A consumer survives the loss of its connection."""
    seen = Seen()
    async with consuming(broker, seen):
        await broker.publish(_event())
        await seen.comes_to(1)
        await broker.close()
        await broker.publish(_event())
        await seen.comes_to(2)


async def test_unanswerable_message_is_not_lost(broker: Broker, mailbox: Mailbox) -> None:
    """A message that can neither be done nor be put aside comes again."""
    times: list[int] = []

    async def fail_once(time: int) -> None:
        times.append(time)
        if time == 1:
            await mailbox.delete(topology.retry_queue(QUEUE, topology.RETRY_DELAYS_MS[0]))
            raise RuntimeError("cannot")

    seen = Seen(fail_once)
    async with consuming(broker, seen):
        await broker.publish(_event())
        await seen.comes_to(1)
    assert times == [1, 2]
    assert await mailbox.waiting(DEAD) == 0


async def test_a_delivery_that_is_not_answered_is_measured(
    broker: Broker, mailbox: Mailbox, channels: list[AbstractChannel]
) -> None:
    """The metric of a processing has the same failure as its span, also when it was the answer that failed."""
    unanswered = MetricDelta(
        "messaging_process_duration_seconds_count",
        message_outcome="unanswered",
        error_type="aiormq.exceptions.ChannelInvalidStateError",
    )

    async def lose_the_channel(time: int) -> None:
        if time == 1:
            await channels[-1].close()

    seen = Seen(lose_the_channel)
    async with consuming(broker, seen):
        await broker.publish(_event())
        await seen.comes_to(2)
    assert unanswered.value == 1


async def test_a_message_of_an_unknown_type_says_how_it_came(
    broker: Broker, mailbox: Mailbox, captured_spans: CapturedSpans
) -> None:
    """Its span has the routing key that it came by, which no metric has: anybody could fill a store with them."""
    counted = MetricDelta(
        "messaging_process_duration_seconds_count", messaging_destination_name=f"shop.events:unknown:{QUEUE}"
    )
    message = aio_pika.Message(FOREIGN, type="thing.dnoe", correlation_id="request-of-a-test")
    await mailbox.put(message, TYPE)
    async with consuming(broker, Seen()):
        await mailbox.take(DEAD)
    span = captured_spans.named(f"process shop.events:unknown:{QUEUE}")[0]
    attributes = dict(span.attributes or {})
    assert attributes["messaging.rabbitmq.destination.routing_key"] == TYPE
    assert attributes["messaging.message.conversation_id"] == "request-of-a-test"
    assert attributes["messaging.rabbitmq.message.delivery_tag"] == 1
    assert counted.value == 1


async def test_slow_handler_spends_an_attempt(
    broker: Broker, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What no delivery has time for is given up, although TimeoutError is an OSError, and those are outages."""
    monkeypatch.setattr(consumer_module, "_HANDLE", 0.02)

    async def for_ever(_: int) -> None:
        await asyncio.Event().wait()

    seen = Seen(for_ever)
    async with consuming(broker, seen, outages=(OSError,)):
        await broker.publish(_event())
        [letter] = await mailbox.take(DEAD)
    assert len(seen.events) == topology.ATTEMPTS
    assert "HandlerTimeoutError" in str(letter.headers["x-error"])


async def test_a_store_that_times_out_is_an_outage(broker: Broker, mailbox: Mailbox) -> None:
    """A timeout of something that the handler waits for spends no attempt."""

    async def times_out(time: int) -> None:
        if time < 9:
            raise TimeoutError

    seen = Seen(times_out)
    async with consuming(broker, seen, outages=(OSError,)):
        await broker.publish(_event())
        await seen.comes_to(1)
    assert await mailbox.waiting(DEAD) == 0


async def test_no_outage_lasts_for_ever(broker: Broker, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """A message that failed for the first time too long ago is given up, though its store is still away."""
    monkeypatch.setattr(consumer_module, "_LONGEST", -1)

    async def away(_: int) -> None:
        raise ConnectionRefusedError

    async with consuming(broker, Seen(away), outages=(OSError,)):
        await broker.publish(_event())
        [letter] = await mailbox.take(DEAD)
    assert "ConnectionRefusedError" in str(letter.headers["x-error"])


async def test_an_outage_lasts_since_its_first_failure(
    broker: Broker, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However often the message was tried in between; no attempt is spent."""
    now = [1_000_000.0]
    clock = SimpleNamespace(time=lambda: now[0], perf_counter=time.perf_counter)
    monkeypatch.setattr(consumer_module, "time", clock)

    async def away(_: int) -> None:
        now[0] += 3600
        raise ConnectionRefusedError

    seen = Seen(away)
    async with consuming(broker, seen, outages=(OSError,)):
        await broker.publish(_event())
        [letter] = await mailbox.take(DEAD)
    assert len(seen.events) == 6  # the first failed after an hour, and five hours after that are more than four
    assert letter.headers["x-attempt"] == 1


async def test_no_more_than_the_prefetch_are_at_work(broker: Broker, mailbox: Mailbox) -> None:
    """The others stay in the queue, for other replicas."""
    going_on, begun = asyncio.Event(), asyncio.Event()

    async def wait(_: int) -> None:
        begun.set()
        await going_on.wait()

    seen = Seen(wait)
    for _ in range(4):
        await broker.publish(_event())
    async with consuming(broker, seen, prefetch=2):
        await begun.wait()
        await mailbox.comes_to(QUEUE, 2)
        going_on.set()
        await seen.comes_to(4)


@pytest.mark.parametrize(
    "headers",
    [
        {"x-foreign": "a" * 130_000},
        {f"x-{n}": "a" * 400 for n in range(310)},
        {"traceparent": "a" * 60_000, "x-request-id": "b" * 60_000},
    ],
    ids=["one", "many", "our own names"],
)
async def test_headers_that_fill_a_frame(broker: Broker, mailbox: Mailbox, headers: dict[str, FieldValue]) -> None:
    """A bad message whose headers just fit into a frame is given up with few of them; what follows is handled."""
    await mailbox.put(aio_pika.Message(b"bad", headers=headers), TYPE)
    good, seen = _event(), Seen()
    await broker.publish(good)
    async with consuming(broker, seen, prefetch=1):
        await seen.comes_to(1)
        [letter] = await mailbox.take(DEAD)
    assert letter.body == b"bad"
    assert len(str(letter.headers)) < 8_000


async def test_full_dead_queue_loses_nothing(
    broker: Broker, mailbox: Mailbox, rabbit: Rabbit, broker_url: str
) -> None:
    """What the dead queue does not take waits for the longest delay, again and again, and others are handled."""
    await asyncio.to_thread(
        rabbit.put_policy, broker_url, r"\.dead$", {"max-length": 1, "overflow": "reject-publish"}
    )
    seen, bad = Seen(), 4
    async with consuming(broker, seen):
        for number in range(bad):
            await mailbox.put(aio_pika.Message(b"bad", message_id=str(number)), TYPE)
        await broker.publish(_event())
        await seen.comes_to(1)
        letters: set[str | None] = set()
        while len(letters) < bad:
            letters |= {letter.message_id for letter in await mailbox.take(DEAD)}
    assert letters == {str(number) for number in range(bad)}


async def test_broker_gives_up_what_kills_its_consumers(broker: Broker, mailbox: Mailbox, rabbit: Rabbit) -> None:
    """A message that nobody answers is put aside by the broker, which counts it; no consumer of ours can."""
    await broker.publish(_event())
    await mailbox.return_until_gone(QUEUE)
    await mailbox.comes_to(DEAD, 1)
    counted = await asyncio.to_thread(rabbit.metric, "rabbitmq_global_messages_dead_lettered_delivery_limit_total")
    assert counted >= 1
