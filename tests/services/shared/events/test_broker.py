"""Publishing: confirmed by the broker, or an error; never for ever, and again after a lost connection."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urlsplit

import aio_pika
import pytest
from aio_pika.abc import AbstractChannel
from aio_pika.exceptions import ChannelPreconditionFailed, PublishError
from opentelemetry.trace import StatusCode

from observability.breaker import BreakerOpenError
from observability.testing import CapturedSpans, MetricDelta
from services.shared.events import broker as broker_module
from services.shared.events import contracts, topology
from services.shared.events.broker import Broker, NoConsumerError
from services.shared.events.envelope import Event
from tests.free_ports import free_port
from tests.services.proxy import Proxy, proxy_to
from tests.services.rabbit import Rabbit
from tests.services.shared.conftest import QUEUE, SERVICE, TYPE
from tests.services.shared.events.mailbox import Mailbox, open_mailbox
from tests.services.support import until

SENT = "messaging_client_sent_messages_total"


def _event(kind: str = TYPE) -> Event:
    return Event(type=kind, data={"n": 1})


@pytest.fixture
async def proxy(rabbit: Rabbit) -> AsyncIterator[Proxy]:
    """A network between the broker and its client."""
    async with proxy_to(rabbit.port) as proxy:
        yield proxy


@pytest.fixture
async def through(broker_url: str, small_topology: None, proxy: Proxy) -> AsyncIterator[Broker]:
    """A broker behind `proxy`."""
    parts = urlsplit(broker_url)
    url = parts._replace(netloc=f"{parts.username}:{parts.password}@127.0.0.1:{proxy.port}").geturl()
    broker = Broker(url, "test", SERVICE)
    yield broker
    proxy.thaw()
    await broker.close()


async def test_message_as_agreed(broker: Broker, mailbox: Mailbox) -> None:
    """A message is persistent and says in its properties and headers what the contract names."""
    event = _event()
    traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    await broker.publish(event, traceparent=traceparent, request="request-of-a-test")
    [message] = await mailbox.take(QUEUE)
    assert Event.model_validate_json(message.body) == event
    assert (message.message_id, message.type, message.routing_key) == (event.id, TYPE, TYPE)
    assert (message.exchange, message.content_type) == (topology.EXCHANGE, "application/json")
    assert message.correlation_id == message.headers["x-request-id"] == "request-of-a-test"
    assert message.headers["x-attempt"] == 1
    assert str(message.headers["traceparent"])[3:35] == traceparent[3:35]
    assert message.delivery_mode == aio_pika.DeliveryMode.PERSISTENT


async def test_unroutable_raises(broker: Broker, mailbox: Mailbox) -> None:
    """An event that reaches no queue is an error, not a silent loss, although the tap is there."""
    failed = MetricDelta("messaging_client_sent_messages_total", error_type="aiormq.exceptions.PublishError")
    await mailbox.waiting(topology.TAP)
    with pytest.raises(PublishError):
        await broker.publish(_event("nobody.listens"))
    assert failed.value == 1


async def test_many_at_once_keep_their_order(broker: Broker, mailbox: Mailbox) -> None:
    """Publishes that are started one after the other arrive so, though none waits for another's confirm."""
    events = [_event() for _ in range(150)]
    await asyncio.gather(*(broker.publish(event) for event in events))
    assert [m.message_id for m in await mailbox.take(QUEUE, 150)] == [event.id for event in events]


async def test_burst_shows_its_events_over_one_channel(broker: Broker, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first events after a connect come all at once: the tap's copies need one channel, not one each."""
    connection = await broker._connected()
    opened: list[object] = []
    channel = connection.channel

    def counting(**options: Any) -> Any:
        opened.append(options.get("publisher_confirms"))
        return channel(**options)

    monkeypatch.setattr(connection, "channel", counting)
    await asyncio.gather(*(broker.publish(_event()) for _ in range(20)))
    assert opened.count(False) == 1


async def test_comes_back_when_the_server_hung_up(broker: Broker, rabbit: Rabbit, broker_url: str) -> None:
    """After the server closed the connection the next publish makes a new one, and what it needs there."""
    await broker.publish(_event())
    await asyncio.to_thread(rabbit.renew, broker_url)

    async def published() -> bool:
        try:
            await broker.publish(_event())
        except (aio_pika.exceptions.AMQPError, ConnectionError, RuntimeError):
            return False
        return True

    await until(published)
    async with open_mailbox(broker_url) as mailbox:
        await mailbox.take(QUEUE)


async def test_connection_that_was_closed_while_idle(
    through: Broker, proxy: Proxy, mailbox: Mailbox, captured_spans: CapturedSpans
) -> None:
    """The next event is published on a new one, at the first try, and no span says that something failed."""
    await through.publish(_event())
    connection = through._connection
    assert connection is not None
    assert await proxy.end_those_that_said(b"AMQP") == 1

    async def noticed() -> bool:
        return not connection.connected.is_set()

    await until(noticed)
    await through.publish(_event())
    await mailbox.take(QUEUE, 2)
    assert [span for span in captured_spans.all if span.status.status_code is StatusCode.ERROR] == []


async def test_silent_server_is_given_up(through: Broker, proxy: Proxy, monkeypatch: pytest.MonkeyPatch) -> None:
    """A publish that is not confirmed in time raises, and so does a connect that gets no answer."""
    monkeypatch.setattr(broker_module, "_CONFIRM", 0.2)
    monkeypatch.setattr(broker_module, "_CONNECT", 0.2)
    monkeypatch.setattr(broker_module, "_CLOSE", 0.2)
    proxy.freeze()
    async with asyncio.timeout(3):
        with pytest.raises(TimeoutError):
            await through.ping()
    proxy.thaw()
    monkeypatch.setattr(broker_module, "_CONNECT", 3.0)
    await through.ping()
    proxy.freeze()
    async with asyncio.timeout(3):
        with pytest.raises(TimeoutError):
            await through.publish(_event())
        monkeypatch.setattr(broker_module, "_CONNECT", 0.2)
        with pytest.raises(TimeoutError):
            await through.channel()
    proxy.thaw()
    await through.publish(_event())


async def test_a_publish_without_a_confirm_has_failed(
    through: Broker, proxy: Proxy, monkeypatch: pytest.MonkeyPatch, captured_spans: CapturedSpans
) -> None:
    """Its span is an error, and the count of it has the same `error.type`."""
    await through.publish(_event())
    failed = MetricDelta(SENT, messaging_destination_name=f"shop.events:{TYPE}", error_type="TimeoutError")
    monkeypatch.setattr(broker_module, "_CONFIRM", 0.2)
    monkeypatch.setattr(broker_module, "_CONNECT", 0.2)
    proxy.freeze()
    with pytest.raises(TimeoutError):
        await through.publish(_event())
    span = captured_spans.named(f"publish shop.events:{TYPE}")[-1]
    assert (span.status.status_code, (span.attributes or {})["error.type"]) == (StatusCode.ERROR, "TimeoutError")
    assert failed.value == 1


async def test_what_was_not_sent_is_not_counted(broker: Broker, monkeypatch: pytest.MonkeyPatch) -> None:
    """Sent messages are those that have a span: not one that has no queue, nor what an open breaker refuses."""
    sent = MetricDelta(SENT)
    monkeypatch.setattr(topology, "consumers", lambda _: (QUEUE, "shop.nobody"))
    with pytest.raises(NoConsumerError):
        await broker.publish(_event())

    async def fails(_: str) -> AbstractChannel:
        raise ConnectionError

    monkeypatch.setattr(broker, "_publisher", fails)
    for _ in range(5):
        with pytest.raises(ConnectionError):
            await broker.publish(_event())
    with pytest.raises(BreakerOpenError):
        await broker.publish(_event())
    assert sent.value == 0


async def test_no_server_is_an_error(small_topology: None) -> None:
    """Where nobody listens, ping and publish raise; closing what was never open is harmless."""
    broker = Broker(f"amqp://guest:guest@127.0.0.1:{free_port()}/", "test", SERVICE)
    with pytest.raises(ConnectionError):
        await broker.ping()
    with pytest.raises(ConnectionError):
        await broker.publish(_event())
    await broker.close()


async def test_failed_set_up_leaves_no_connection(
    through: Broker, proxy: Proxy, broker_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A queue that exists with other arguments is an error each time, and no connection stays behind."""
    async with await aio_pika.connect(broker_url) as connection, connection.channel() as channel:
        await channel.declare_queue(QUEUE, durable=True)
    for _ in range(2):
        with pytest.raises(ChannelPreconditionFailed):
            await through.ping()
    await until(proxy.closed)


async def test_topology_declared_twice_is_the_same(broker_url: str) -> None:
    """All queues exist, declaring them again changes nothing, and each event reaches those who listen to it."""
    replicas = [Broker(broker_url, name, service) for service in topology.PUBLISHED for name in ("one", "two")]
    await asyncio.gather(*(replica.ping() for replica in replicas))
    types = sorted({kind for kinds in topology.QUEUES.values() for kind in kinds})
    for kind in types:
        await replicas[0].publish(Event(type=kind, data=contracts.CONTRACTS[kind].EXAMPLE))
    async with open_mailbox(broker_url) as mailbox:
        for queue, kinds in topology.QUEUES.items():
            found = await mailbox.take(queue, len(kinds))
            assert sorted(str(message.type) for message in found) == sorted(kinds)
            assert await mailbox.waiting(queue) == 0
            for delay in topology.RETRY_DELAYS_MS:
                assert await mailbox.waiting(topology.retry_queue(queue, delay)) == 0
            assert await mailbox.waiting(topology.dead_queue(queue)) == 0
        assert len(await mailbox.take("events.tap", len(types))) == len(types)
    for replica in replicas:
        await replica.close()


async def test_event_waits_for_those_who_start_later(
    broker: Broker, mailbox: Mailbox, captured_spans: CapturedSpans
) -> None:
    """Before a consumer has made its queue an event is not tried: that is told, and no span failed by it."""
    await mailbox.delete(QUEUE)
    with pytest.raises(NoConsumerError, match=QUEUE):
        await broker.publish(_event())
    assert [span.name for span in captured_spans.all] == []
    await broker.keep()
    await broker.publish(_event())
    await mailbox.take(QUEUE)


async def test_replicas_make_queues_one_after_the_other(
    broker_url: str, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At a first start, and when queues vanish while all look for them: two at once could break a quorum queue."""
    monkeypatch.setattr(topology, "QUEUES", {f"test.{number}": (TYPE,) for number in range(3)})
    at_work: list[str] = []
    most: list[int] = []
    make = topology.make

    async def watched(channel: AbstractChannel, spec: topology.QueueSpec) -> None:
        if spec.name in topology.QUEUES:
            at_work.append(spec.name)
            most.append(len(at_work))
            await make(channel, spec)
            at_work.remove(spec.name)
        else:
            await make(channel, spec)

    monkeypatch.setattr(topology, "make", watched)
    replicas = [Broker(broker_url, f"replica-{number}", "test") for number in range(3)]
    await asyncio.gather(*(replica.ping() for replica in replicas))
    assert most == [1] * 9  # each also compares what the first has made
    most.clear()
    await mailbox.delete("test.1")
    await asyncio.gather(*(replica.keep() for replica in replicas for _ in range(2)))
    assert most == [1]
    for replica in replicas:
        await replica.close()
