"""What one account may hold without paying."""

import asyncio

import pytest

from tests.services.order.desk import Desk, open_desk


async def test_fifty_orders_at_once_at_two_replicas(database_url: str) -> None:
    """As many as may be unpaid are placed, the others are told the limits; nothing is written for them."""
    async with open_desk(database_url) as one, open_desk(database_url) as two:
        two.user_id = one.user_id
        answers = await asyncio.gather(*(desk.post({"productId": 1}) for desk in (one, two) for _ in range(25)))
        assert sorted(answer.status_code for answer in answers) == [201] * 20 + [409] * 30
        refused = next(answer for answer in answers if answer.status_code == 409)
        assert refused.headers["content-type"] == "application/problem+json"
        told = refused.json()
        assert (told["unpaidOrders"], told["maxUnpaidOrders"], told["maxReservedUnits"]) == (20, 20, 200)
        assert "unpaid orders" in told["detail"]
        kept = await one.rows("SELECT count(*) FROM orders WHERE user_id = :id", id=one.user_id)
        assert kept == [20]
        one.user_id = "somebody-else"
        assert (await one.post({"productId": 1})).status_code == 201


async def test_units_at_once(database_url: str) -> None:
    """Large orders at the same moment do not hold more units together than one account may."""
    async with open_desk(database_url) as one, open_desk(database_url) as two:
        two.user_id = one.user_id
        body = {"items": [{"productId": 1, "quantity": 40}, {"productId": 2, "quantity": 20}]}
        answers = await asyncio.gather(*(desk.post(body) for desk in (one, two) for _ in range(10)))
        assert sorted(answer.status_code for answer in answers) == [201] * 3 + [409] * 17
        told = next(answer for answer in answers if answer.status_code == 409).json()
        assert (told["reservedUnits"], told["requestedUnits"], told["maxReservedUnits"]) == (180, 60, 200)
        assert (await one.post({"productId": 1, "quantity": 20})).status_code == 201
        assert (await one.post({"productId": 1, "quantity": 1})).status_code == 409


async def test_one_order_of_everything(desk: Desk) -> None:
    """What could never fit is refused at the first order already."""
    everything = {"items": [{"productId": product, "quantity": 100} for product in (1, 2, 3)]}
    desk.elsewhere.prices["3"] = 1
    assert (await desk.post(everything)).status_code == 409


@pytest.mark.parametrize("status", ["paid", "cancelled", "rejected", "fulfilled"])
async def test_what_is_over_makes_room(database_url: str, status: str) -> None:
    """Orders that are paid, cancelled or rejected count no more, at once; what waits for a payment does."""
    async with open_desk(database_url, unpaid_orders_per_account=2) as desk:
        for _ in range(3):
            await desk.place_in(status)
        await desk.place_in("awaiting_payment")
        failed = await desk.place_in("payment_failed")
        assert (await desk.post({"productId": 1})).status_code == 409
        assert (await desk.set(failed, "cancelled")).status_code == 200
        assert (await desk.post({"productId": 1})).status_code == 201


async def test_repeated_order_is_no_new_one(desk: Desk) -> None:
    """At the limit an Idempotency-Key still answers with its first order; a refused key can be used later."""
    first = await desk.post({"productId": 1, "quantity": 100}, key="first")
    second = await desk.place(productId=1, quantity=100)
    again = await desk.post({"productId": 1, "quantity": 100}, key="first")
    assert (again.status_code, again.json()["id"]) == (201, first.json()["id"])
    assert (await desk.post({"productId": 2}, key="later")).status_code == 409
    await desk.set(second, "cancelled")
    assert (await desk.post({"productId": 2}, key="later")).status_code == 201


async def test_limits_are_settings(database_url: str) -> None:
    """An operator may choose others."""
    async with open_desk(database_url, unpaid_orders_per_account=1, reserved_units_per_account=5) as desk:
        alone = await desk.post({"productId": 1, "quantity": 6})
        assert (alone.status_code, alone.json()["detail"]) == (409, "An order may have at most 5 units.")
        assert (await desk.post({"productId": 1, "quantity": 5})).status_code == 201
        assert (await desk.post({"productId": 1})).status_code == 409
