"""Expiry: what stays unpaid too long is cancelled once, by whichever replica comes first."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from sqlalchemy import select, text

from observability.testing import CapturedSpans, MetricDelta
from services.order import expiry
from services.order.expiry import cancel_expired
from services.order.models import Order
from services.shared.database import Database
from services.shared.events import contracts
from services.shared.events.broker import Broker
from services.shared.events.envelope import Event
from tests.services.order.desk import Desk, open_desk
from tests.services.support import until

MINE = "expiry of the test"


@pytest.fixture(autouse=True)
def _no_grace(monkeypatch: pytest.MonkeyPatch) -> None:
    """Payments have been heard of for long, where a test says nothing else."""
    monkeypatch.setattr(expiry, "_GRACE", 0.0)


@asynccontextmanager
async def _replicas(database_url: str, count: int) -> AsyncIterator[None]:
    databases = [Database(database_url) for _ in range(count)]
    tasks = [asyncio.create_task(cancel_expired(database, 60, lambda: 60.0)) for database in databases]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for database in databases:
            await database.close()


async def _age(desk: Desk, *order_ids: str) -> None:
    async with desk.database.session() as session:
        statement = text("UPDATE orders SET created_at = now() - interval '61 seconds' WHERE id = ANY(:ids)")
        await session.execute(statement, {"ids": list(order_ids)})


async def _cancelled(desk: Desk, *order_ids: str) -> None:
    async def all_are() -> bool:
        found = await desk.rows("SELECT status FROM orders WHERE id = ANY(:ids)", ids=list(order_ids))
        return set(found) == {"cancelled"}

    await until(all_are)


async def test_two_replicas_cancel_once(desk: Desk, database_url: str) -> None:
    """Each unpaid order that is too old is cancelled by one of them; it is told and counted once."""
    counted = MetricDelta("shop_orders_total", status="cancelled")
    unpaid = [
        await desk.place_in(state) for state in ("pending", "awaiting_payment", "payment_failed") for _ in "1234"
    ]
    others = {state: await desk.place_in(state) for state in ("paid", "fulfilled", "rejected")}
    young = await desk.place()
    await _age(desk, *unpaid, *others.values())
    async with _replicas(database_url, 2):
        await _cancelled(desk, *unpaid)
    for order_id in unpaid:
        assert [event["type"] for event in await desk.told(order_id)][-1] == "order.cancelled"
        assert [event["type"] for event in await desk.told(order_id)].count("order.cancelled") == 1
        order = await desk.order(order_id)
        assert (order["status"], order["reason"]) == ("cancelled", "expired")
    assert counted.value == len(unpaid)
    for state, order_id in {**others, "pending": young}.items():
        assert (await desk.order(order_id))["status"] == state


async def test_an_order_that_was_never_decided_spends_the_budget(desk: Desk, database_url: str) -> None:
    """It is an event of the objective, and not within its 2 seconds. One that was decided is no second event."""
    [undecided, decided] = [await desk.place_in(state) for state in ("pending", "awaiting_payment")]
    events = MetricDelta("shop_reservation_duration_seconds_count")
    good = MetricDelta("shop_reservation_duration_seconds_bucket", le="2.0")
    await _age(desk, undecided, decided)
    async with _replicas(database_url, 1):
        await _cancelled(desk, undecided, decided)
    assert (events.value, good.value) == (1, 0)


async def test_order_at_work_is_left_alone(desk: Desk, database_url: str) -> None:
    """An order that is just being paid is passed by, and is not cancelled afterwards."""
    busy, idle = await desk.place_in("awaiting_payment"), await desk.place_in("awaiting_payment")
    await _age(desk, busy, idle)
    async with desk.database.session() as session:
        order = (await session.scalars(select(Order).where(Order.id == busy).with_for_update())).one()
        async with _replicas(database_url, 1):
            await _cancelled(desk, idle)
        order.status = "paid"
    assert (await desk.order(idle))["status"] == "cancelled"
    assert [event["type"] for event in await desk.told(busy)] == ["order.created"]


@pytest.fixture
def rests(monkeypatch: pytest.MonkeyPatch) -> asyncio.Queue[float]:
    """For how many seconds the task MINE would rest: it goes on when the next one can be put in."""
    taken: asyncio.Queue[float] = asyncio.Queue(1)

    async def rest(seconds: float) -> None:
        task = asyncio.current_task()
        if task is not None and task.get_name() == MINE:
            await taken.put(seconds)
        else:  # the service's own
            await asyncio.Event().wait()

    monkeypatch.setattr(expiry, "rest", rest)
    return taken


async def test_nothing_expires_before_payments_are_heard_of(
    desk: Desk, database_url: str, monkeypatch: pytest.MonkeyPatch, rests: asyncio.Queue[float]
) -> None:
    """While their events cannot come, a paid order looks unpaid."""
    order_id = await desk.place_in("awaiting_payment")
    await _age(desk, order_id)
    monkeypatch.setattr(expiry, "_GRACE", 0.1)
    heard_for = 0.0
    database = Database(database_url)
    task = asyncio.create_task(cancel_expired(database, 60, lambda: heard_for), name=MINE)

    async def reached_the_grace() -> bool:
        await rests.get()
        return time.monotonic() - began > 0.1

    began = time.monotonic()
    await until(reached_the_grace)
    for _ in range(3):  # two of them were said before that
        await asyncio.wait_for(rests.get(), 5)
    assert (await desk.order(order_id))["status"] == "awaiting_payment"
    heard_for = 0.2
    while (await desk.order(order_id))["status"] != "cancelled":
        await asyncio.wait_for(rests.get(), 5)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    await database.close()


async def test_nothing_expires_right_after_the_database_was_away(
    desk: Desk, database_url: str, monkeypatch: pytest.MonkeyPatch, rests: asyncio.Queue[float]
) -> None:
    """Payments were heard of all the time, but could not be written: this task began a moment ago."""
    monkeypatch.setattr(expiry, "_GRACE", 30.0)
    order_id = await desk.place_in("awaiting_payment")
    await _age(desk, order_id)
    database = Database(database_url)
    task = asyncio.create_task(cancel_expired(database, 60, lambda: 3600.0), name=MINE)
    assert [await asyncio.wait_for(rests.get(), 5) for _ in range(3)] == [10.0] * 3  # the longest
    assert (await desk.order(order_id))["status"] == "awaiting_payment"
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    await database.close()


async def test_paid_in_time_while_the_service_was_away(
    database_url: str, broker_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The event of the payment waits at the broker when the service starts, after the order's time is over."""
    monkeypatch.setattr(expiry, "_GRACE", 1.0)
    async with open_desk(database_url) as desk:
        order_id = await desk.place_in("awaiting_payment")
        unpaid = await desk.place_in("awaiting_payment")
    await _age(desk, order_id, unpaid)
    await desk.database.close()
    payment = contracts.PaymentSucceeded(payment_id="p", order_id=order_id, amount_cents=1000, currency="EUR")
    broker = Broker(broker_url, "test", "order")
    await broker.keep("order.payments")
    await broker.publish(Event(type="payment.succeeded", data=payment))
    await broker.close()
    async with open_desk(database_url, amqp_url=broker_url, order_expiry_seconds=60) as again:
        again.user_id = desk.user_id
        await _cancelled(again, unpaid)
        assert (await again.order(order_id))["status"] == "paid"


async def test_in_the_trace_of_its_order(desk: Desk, database_url: str, captured_spans: CapturedSpans) -> None:
    """The expiry is a span of the trace, and carries the request id, of the request that placed the order."""
    order_id = await desk.place()
    await _age(desk, order_id)
    async with _replicas(database_url, 1):
        await _cancelled(desk, order_id)
    [(traceparent, request)] = await _origin(desk, order_id)
    span = next(
        s for s in captured_spans.named("expire order") if (s.attributes or {})["shop.order.id"] == order_id
    )
    assert span.context is not None
    assert f"{span.context.trace_id:032x}" in traceparent
    assert (span.attributes or {})["shop.request.id"] == request
    requests = await desk.rows("SELECT request_id FROM outbox WHERE event->'data'->>'orderId' = :id", id=order_id)
    assert requests == [request] * 2


async def _origin(desk: Desk, order_id: str) -> list[tuple[str, str]]:
    async with desk.database.session() as session:
        rows = await session.execute(select(Order.traceparent, Order.request_id).where(Order.id == order_id))
        return [(row.traceparent, row.request_id) for row in rows]


@pytest.mark.parametrize("state", ["paid", "fulfilled", "rejected"])
async def test_final_orders_stay(desk: Desk, state: str) -> None:
    """A final order cannot be cancelled by hand either."""
    order_id = await desk.place_in(state)
    answer = await desk.set(order_id, "cancelled")
    assert (answer.status_code, answer.json()["orderStatus"]) == (409, state)


async def test_the_same_request_twice(desk: Desk) -> None:
    """As a PUT should be: the second one finds what it asks for, and neither changes nor tells anything."""
    order_id = await desk.place_in("awaiting_payment")
    first = await desk.set(order_id, "cancelled", reason="changed my mind")
    told = await desk.told(order_id)
    again = await desk.set(order_id, "cancelled", "admin", reason="another")
    assert (first.status_code, again.status_code) == (200, 200)
    assert again.json() == first.json()
    assert await desk.told(order_id) == told
    assert (await desk.set(order_id, "fulfilled", "admin")).status_code == 409
