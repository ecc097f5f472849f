"""The relay: every committed event leaves, in its order, at least once, by one process at a time."""

import asyncio
import functools
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlsplit

import asyncpg
import pytest
from sqlalchemy import func, insert, select, text, update

from observability import request_id
from observability.breaker import Breaker
from observability.tasks import Tasks
from observability.testing import metric_value
from services.shared.database import Database
from services.shared.events import relay as relay_module
from services.shared.events import topology
from services.shared.events.backlog import Backlog
from services.shared.events.broker import Broker
from services.shared.events.outbox import add_event, outbox, waiting
from services.shared.events.relay import relay
from tests.services.proxy import proxy_to
from tests.services.rabbit import Rabbit
from tests.services.shared.conftest import QUEUE, SERVICE, TYPE, Thing
from tests.services.shared.events.mailbox import Mailbox, open_mailbox
from tests.services.support import until


@asynccontextmanager
async def relaying(database_url: str, *brokers: Broker) -> AsyncIterator[None]:
    """A relay for each of `brokers`, kept going as in a service."""
    tasks = Tasks()
    for number, broker in enumerate(brokers):
        tasks.start(f"relay-{number}", functools.partial(relay, database_url, broker, SERVICE))
    try:
        yield
    finally:
        await tasks.stop()


async def _add(database: Database, first: int = 0, count: int = 1) -> None:
    async with database.transaction() as transaction:
        for number in range(first, first + count):
            await add_event(transaction, TYPE, Thing(n=number), key=f"event-{number}")


async def _left(database: Database) -> int:
    async with database.session() as session:
        return int(await session.scalar(select(func.count()).select_from(outbox)) or 0)


async def _emptied(database: Database) -> None:
    async def empty() -> bool:
        return await _left(database) == 0

    await until(empty, 20)


async def _holder(database: Database) -> int | None:
    """The server process of the relay that is at work."""
    async with database.session() as session:
        statement = text(
            "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted AND objid = :lock "
            "AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
        )
        pid: int | None = await session.scalar(statement, {"lock": relay_module._LOCK})
        return pid


async def test_order_is_kept(database: Database, database_url: str, broker: Broker, mailbox: Mailbox) -> None:
    """Events leave in the order of the outbox, over several batches, with the request that caused them."""
    with request_id.bound("request-of-a-test"):
        await _add(database, 0, relay_module._BATCH + 50)
    async with relaying(database_url, broker):
        found = await mailbox.take(QUEUE, relay_module._BATCH + 50)
        await _emptied(database)
    assert [m.message_id for m in found] == [f"event-{n}" for n in range(relay_module._BATCH + 50)]
    assert {m.headers["x-request-id"] for m in found} == {"request-of-a-test"}


async def test_undone_change_tells_nothing(database: Database) -> None:
    """An event of a transaction that is rolled back was never there."""

    async def change() -> None:
        async with database.transaction() as transaction:
            await add_event(transaction, TYPE, Thing(n=1))
            raise RuntimeError("undone")

    with pytest.raises(RuntimeError, match="undone"):
        await change()
    assert await _left(database) == 0


async def test_notification_wakes_it(
    database: Database, database_url: str, broker: Broker, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A commit is carried on at once, long before the relay would look by itself."""
    monkeypatch.setattr(relay_module, "_POLL", 60.0)
    async with relaying(database_url, broker):
        for number in range(3):
            await _add(database, number)
            started = time.monotonic()
            await mailbox.take(QUEUE)
            assert time.monotonic() - started < 3


class _DiesAtDelete(asyncpg.Connection):  # type: ignore[misc]  # asyncpg ships no types
    """A relay's connection whose process dies when the broker has confirmed."""

    async def execute(self, query: str, *args: Any, **options: Any) -> str:
        if query == relay_module._CONFIRMED:
            self.terminate()
            raise ConnectionResetError("killed")
        return str(await super().execute(query, *args, **options))


async def test_death_before_the_delete_repeats(
    database: Database, database_url: str, broker: Broker, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was confirmed but not yet deleted leaves again, under the same id."""
    await _add(database)
    with monkeypatch.context() as patch:
        patch.setattr(asyncpg, "connect", functools.partial(asyncpg.connect, connection_class=_DiesAtDelete))
        with pytest.raises(ConnectionResetError):
            await relay(database_url, broker, SERVICE)
    assert await _left(database) == 1
    async with relaying(database_url, broker):
        await _emptied(database)
    assert [m.message_id for m in await mailbox.take(QUEUE, 2)] == ["event-0"] * 2
    assert await mailbox.waiting(QUEUE) == 0


async def test_undeliverable_stays_and_holds_up_its_order_only(
    database: Database, database_url: str, broker: Broker, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What no queue takes is kept with what follows it of the same order; it leaves first when it can."""
    monkeypatch.setattr(relay_module, "_POLL", 0.1)
    async with database.transaction() as transaction:
        await add_event(transaction, "nobody.listens", Thing(order_id="a"), key="a-1")
    async with database.session() as session:
        await session.execute(insert(outbox).values(event={"id": "poison"}, traceparent="", request_id=""))
    async with database.transaction() as transaction:
        for key in ("a-2", "b-1"):
            await add_event(transaction, TYPE, Thing(order_id=key[0]), key=key)
    async with relaying(database_url, broker):
        assert [m.message_id for m in await mailbox.take(QUEUE)] == ["b-1"]
        await _add(database)
        assert [m.message_id for m in await mailbox.take(QUEUE)] == ["event-0"]
        assert await _left(database) == 3
        monkeypatch.setitem(topology.QUEUES, QUEUE, (TYPE, "nobody.listens"))
        assert [m.message_id for m in await mailbox.take(QUEUE, 2)] == ["a-1", "a-2"]


async def test_many_that_are_held_back_are_not_read_for_each_event(
    database: Database, database_url: str, broker: Broker, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While one consumer has no queue, its events lie in the outbox, and others leave at once. They are not read
    for each of those, but tried again now and then: the less often, the more they are."""
    monkeypatch.setattr(relay_module, "_POLL", 0.05)
    monkeypatch.setattr(relay_module, "_REST", 1.0)
    read, publish = [0], relay_module._publish

    async def counting(connection: Any, broker: Broker, rows: list[Any], held: Any) -> int:
        read[0] += len(rows)
        return await publish(connection, broker, rows, held)

    monkeypatch.setattr(relay_module, "_publish", counting)
    async with database.transaction() as transaction:
        for number in range(500):
            await add_event(transaction, "nobody.listens", Thing(order_id=f"o-{number}"), key=f"held-{number}")
    async with relaying(database_url, broker):
        for first in range(3):
            await _add(database, first)
            assert [m.message_id for m in await mailbox.take(QUEUE)] == [f"event-{first}"]

        async def only_held() -> bool:
            return await _left(database) == 500

        await until(only_held)
    assert read[0] <= 500 + 3


async def test_refused_by_a_newer_contract_is_told_of(
    database: Database,
    database_url: str,
    broker: Broker,
    monkeypatch: pytest.MonkeyPatch,
    captured_logs: list[dict[str, Any]],
) -> None:
    """An event that the running version takes for none stays in the outbox; a line says which row, and why."""
    monkeypatch.setattr(relay_module, "_POLL", 0.1)
    async with database.session() as session:
        old = {"id": "old", "type": "order.paid", "time": "2026-01-01T00:00:00Z", "version": 1, "data": {}}
        row = insert(outbox).values(event=old, traceparent="", request_id="").returning(outbox.c.seq)
        seq = await session.scalar(row)

    async def told() -> bool:
        return any(line["event"] == "relay.held" for line in captured_logs)

    async with relaying(database_url, broker):
        await until(told)
    (line,) = [line for line in captured_logs if line["event"] == "relay.held"]
    assert line["level"] == "error"
    assert f"row {seq} of the outbox" in line["error"]
    assert "orderId" in line["error"]  # what is missing
    assert (await waiting(database)).events == 1  # whose age the alert OutboxStuck watches


async def test_another_takes_over(
    database: Database, database_url: str, broker: Broker, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One relay works at a time; when its connection is killed, the lock passes on and nothing is left behind."""
    monkeypatch.setattr(relay_module, "_POLL", 0.05)
    async with relaying(database_url, broker, broker):
        first = await until(lambda: _holder(database))
        async with database.session() as session:
            await session.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": first})

        async def another() -> bool:
            return await _holder(database) not in (None, first)

        await until(another)
        await _add(database)
        await mailbox.take(QUEUE)


async def test_silent_holder_loses_the_lock(
    database: Database, database_url: str, broker: Broker, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process that was stopped, not killed, keeps its connection; it must not keep the events too."""
    monkeypatch.setattr(relay_module, "_POLL", 0.05)
    patient = relay_module._END_SILENT_HOLDER
    monkeypatch.setattr(relay_module, "_END_SILENT_HOLDER", patient.replace("30 seconds", "200 milliseconds"))
    stopped = await asyncpg.connect(database_url.replace("+asyncpg", ""))
    await stopped.execute("SELECT pg_advisory_lock($1)", relay_module._LOCK)
    await _add(database)
    async with relaying(database_url, broker):
        await mailbox.take(QUEUE)
        await _emptied(database)
    assert stopped.is_closed()


async def test_holder_at_work_keeps_the_lock(
    database: Database, database_url: str, broker: Broker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A statement that takes long, such as putting back all events of six hours, is no silence."""
    monkeypatch.setattr(relay_module, "_POLL", 0.02)
    hasty = relay_module._END_SILENT_HOLDER.replace("30 seconds", "10 milliseconds")
    monkeypatch.setattr(relay_module, "_END_SILENT_HOLDER", hasty)
    holder = await asyncpg.connect(database_url.replace("+asyncpg", ""))
    statement = "SELECT pg_advisory_lock($1), pg_sleep(0.3), 'done' AS said"
    at_work = asyncio.create_task(holder.fetchrow(statement, relay_module._LOCK))

    async def holds() -> bool:
        return await _holder(database) is not None

    await until(holds)
    async with relaying(database_url, broker):
        assert (await at_work)["said"] == "done"
    holder.terminate()


async def test_nothing_is_lost_with_the_broker(
    database: Database, database_url: str, broker_url: str, rabbit: Rabbit, small_topology: None
) -> None:
    """The connection breaks in the middle of a batch and the broker stays away: all events arrive after all."""
    async with proxy_to(rabbit.port) as proxy:
        parts = urlsplit(broker_url)
        address = f"{parts.username}:{parts.password}@127.0.0.1:{proxy.port}"
        broker = Broker(parts._replace(netloc=address).geturl(), "test", SERVICE)
        broker._breaker = Breaker("broker", reset=0.1)
        await broker.ping()
        await _add(database, 0, 300)
        proxy.cut_after(30_000)
        async with relaying(database_url, broker):

            async def was_cut() -> bool:
                return proxy.refusing

            await until(was_cut)
            assert await _left(database) > 0
            proxy.restore()
            await _emptied(database)
        await broker.close()
    async with open_mailbox(broker_url) as mailbox:
        found = await mailbox.take(QUEUE, await mailbox.waiting(QUEUE))
    assert {m.message_id for m in found} == {f"event-{n}" for n in range(300)}


async def test_backlog_is_seen(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """On every replica one sees how many events wait and for how long; readiness says when that is too long."""
    backlog = Backlog(lambda: waiting(database))
    await backlog.check()
    await _add(database, 0, 3)
    task = asyncio.create_task(backlog.run(0.01))

    async def seen() -> bool:
        return (
            metric_value("shop_outbox_pending_events") == 3
            and metric_value("shop_outbox_oldest_event_age_seconds") > 0
        )

    await until(seen)
    await backlog.check()
    async with database.session() as session:
        await session.execute(update(outbox).values(created_at=func.now() - func.make_interval(0, 0, 0, 0, 1)))

    async def late() -> bool:
        return metric_value("shop_outbox_oldest_event_age_seconds") > 3000

    await until(late)
    with pytest.raises(RuntimeError, match="3 events wait"):
        await backlog.check()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
