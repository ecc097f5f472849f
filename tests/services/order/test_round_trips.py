"""How often each journey goes to the database and back: what a request takes is mostly that."""

from collections.abc import AsyncIterator

import pytest

from services.shared.parts import provide
from tests.services.order.desk import Desk
from tests.services.round_trips import RoundTrips, counted


@pytest.fixture
async def trips(desk: Desk, database_url: str) -> AsyncIterator[RoundTrips]:
    """Those of `desk`, whose background work goes another way. Each statement was prepared before."""
    async with counted(database_url) as (database, trips):
        provide(desk.app, database)
        await desk.post({"productId": 1}, key="prepares")
        await desk.order(await desk.place_in("paid"))
        await desk.set(await desk.place_in("awaiting_payment"), "cancelled")
        await desk.client.get(f"/api/orders/user/{desk.user_id}", headers=desk.headers())
        trips.reset()
        yield trips


async def test_an_order_is_placed_in_five(desk: Desk, trips: RoundTrips) -> None:
    """Begin, the account's lock, what it has not paid, all that is written, commit."""
    await desk.place()
    assert trips.count == 5


async def test_an_idempotency_key_costs_two_more(desk: Desk, trips: RoundTrips) -> None:
    """Is it known, and claim it; a repeated request is the key and the order."""
    await desk.post({"productId": 1}, key="once")
    assert trips.count == 7
    trips.reset()
    await desk.post({"productId": 1}, key="once")
    assert trips.count == 2


async def test_a_read_is_one(desk: Desk, trips: RoundTrips) -> None:
    """An order, and all of a user, with the names of their products."""
    order_id = await desk.place()
    trips.reset()
    await desk.order(order_id)
    assert trips.count == 1
    trips.reset()
    await desk.client.get(f"/api/orders/user/{desk.user_id}", headers=desk.headers())
    assert trips.count == 1


async def test_no_statement_is_compiled_twice(desk: Desk, trips: RoundTrips) -> None:
    """Placing with a key, taking in an event, and reading find all their statements in SQLAlchemy's cache."""
    await desk.post({"productId": 1}, key="another")
    order_id = await desk.place()
    await desk.happens("stock.reserved", order_id)
    await desk.order(order_id)
    assert trips.compiled == []


async def test_an_event_is_five(desk: Desk, trips: RoundTrips) -> None:
    """Begin, the inbox, the order and its lock, all that is written, commit: also where another event follows."""
    order_id = await desk.place()
    trips.reset()
    assert await desk.happens("stock.reserved", order_id) == "ok"
    assert trips.count == 5
    trips.reset()
    paid = await desk.happens("payment.succeeded", order_id, paymentId="p", amountCents=1000, currency="EUR")
    assert (paid, trips.count) == ("ok", 5)


async def test_a_cancellation_is_five(desk: Desk, trips: RoundTrips) -> None:
    """Begin, the order and its lock, all that is written, commit; then the answer is read."""
    order_id = await desk.place()
    trips.reset()
    assert (await desk.set(order_id, "cancelled")).status_code == 200
    assert trips.count == 5
