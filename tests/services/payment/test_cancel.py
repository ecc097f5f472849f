"""A cancelled order keeps no money, in whatever order things happen, and gives it back exactly once."""

import asyncio

import pytest
from sqlalchemy import text

from observability.testing import MetricDelta
from services.payment.commands import cancel_order, conclude, lock_order, refunded
from tests.services.payment.shop import DECLINED, SLOW, Shop
from tests.services.support import until


async def _refunded_once(shop: Shop, order_id: str, *events: str) -> None:
    payment = await shop.comes_to(order_id, "refunded")
    told = await shop.told(order_id)
    assert [e["type"] for e in told] == [*events, "payment.refunded"]
    assert told[-1]["data"] == {
        "paymentId": payment["id"], "orderId": order_id, "amountCents": 1999, "currency": "EUR",
        "reason": "expired",
    }  # fmt: skip
    entry = (await shop.ledger())[payment["id"]]
    assert entry["status"] == "succeeded"
    assert entry["refund"] is not None


async def _waiting_for_locks(shop: Shop, count: int) -> None:
    async def look() -> bool:
        async with shop.database.session() as session:
            statement = text(
                "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted "
                "AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
            )
            return bool(await session.scalar(statement) == count)

    await until(look)


async def test_cancelled_after_success(shop: Shop) -> None:
    """What was taken is given back; the cancellation may come twice."""
    refunds = MetricDelta("shop_refunds_total", reason="expired")
    order_id = shop.order()
    await shop.pay(order_id)
    await shop.comes_to(order_id, "succeeded")
    assert await shop.cancel(order_id, event_id="e-1") == "ok"
    assert await shop.cancel(order_id, event_id="e-1") == "duplicate"
    await _refunded_once(shop, order_id, "payment.succeeded")
    assert await shop.cancel(order_id) == "ignored"
    assert refunds.value == 1
    assert shop.network.count("POST", f"/charges/{(await shop.row(order_id)).id}/refunds") == 1


async def test_words_of_a_customer_are_no_label(shop: Shop) -> None:
    """A customer who writes `expired` has cancelled all the same: the code decides what is counted and told."""
    expired = MetricDelta("shop_refunds_total", reason="expired")
    cancelled = MetricDelta("shop_refunds_total", reason="cancelled")
    order_id = shop.order()
    await shop.pay(order_id)
    await shop.comes_to(order_id, "succeeded")
    await shop.cancel(order_id, reason="expired", code="cancelled_by_customer")
    await shop.comes_to(order_id, "refunded")
    assert (expired.value, cancelled.value) == (0, 1)
    assert (await shop.told(order_id))[-1]["data"]["reason"] == "cancelled"


async def test_cancelled_before_success(shop: Shop) -> None:
    """A late success is given back, and is never told as one."""
    order_id = shop.order()
    await shop.pay(order_id, SLOW)
    assert await shop.cancel(order_id) == "ok"
    assert (await shop.look(order_id)).json()["status"] == "processing"
    await _refunded_once(shop, order_id)


async def test_cancelled_before_failure(shop: Shop) -> None:
    """There is nothing to give back."""
    order_id = shop.order()
    shop.network.down.add("payments")  # no call back
    payment = (await shop.pay(order_id, DECLINED)).json()
    await shop.cancel(order_id)
    await conclude(shop.database, payment_id=payment["id"], succeeded=False)
    assert (await shop.row(order_id)).status == "failed"
    assert [e["type"] for e in await shop.told(order_id)] == ["payment.failed"]


async def test_cancelled_before_the_charge_was_sent(shop: Shop) -> None:
    """The card is erased and never sent; the provider, which does not know the payment, is asked after a while."""
    shop.network.down.add("provider")
    order_id = shop.order()
    payment = (await shop.pay(order_id)).json()
    await shop.cancel(order_id)

    async def erased() -> bool:
        return (await shop.row(order_id)).sealed_card is None

    await until(erased, 15)
    sent = shop.network.count("POST", "/charges")
    shop.network.down.clear()
    await shop.tried("GET", f"/charges/{payment['id']}", 1)
    await shop.minutes_pass(order_id)
    await shop.comes_to(order_id, "failed", limit=15)
    assert shop.network.count("POST", "/charges") == sent
    assert await shop.ledger() == {}


async def test_cancelled_after_an_answer_was_lost(shop: Shop) -> None:
    """The charge was made, and nobody here knows it: asking finds it, and it is given back."""
    shop.network.deaf.add("provider")
    shop.network.down.add("payments")
    order_id = shop.order()
    await shop.pay(order_id)
    await shop.tried("POST", "/charges", 1)
    await shop.cancel(order_id)

    async def erased() -> bool:
        return (await shop.row(order_id)).sealed_card is None

    await until(erased, 15)
    shop.network.deaf.clear()
    await until(lambda: _is(shop, order_id, "refunded"), 15)
    await _refunded_once(shop, order_id)


async def test_cancelled_before_paying(shop: Shop) -> None:
    """The tombstone refuses a payment even when the order service has not said so yet."""
    order_id = shop.order()
    await shop.cancel(order_id)
    answer = await shop.pay(order_id)
    assert answer.status_code == 409
    assert answer.json()["orderStatus"] == "cancelled"
    assert await shop.ledger() == {}


@pytest.mark.parametrize("first", ["cancel", "success"])
async def test_cancelled_and_succeeded_at_once(shop: Shop, first: str) -> None:
    """Both wait for the order's lock; whoever gets it first, the money goes back."""
    shop.network.down.add("payments")  # no call back: this test is the one who tells
    order_id = shop.order()
    payment = (await shop.pay(order_id, SLOW)).json()

    async def success() -> None:
        await conclude(shop.database, payment_id=payment["id"], succeeded=True)

    async def cancel() -> None:
        await shop.cancel(order_id)

    async with shop.database.transaction() as transaction:
        await lock_order(transaction, order_id)
        one = asyncio.create_task(cancel() if first == "cancel" else success())
        await _waiting_for_locks(shop, 1)
        two = asyncio.create_task(success() if first == "cancel" else cancel())
        await _waiting_for_locks(shop, 2)
    await asyncio.gather(one, two)
    row = await shop.row(order_id)
    assert row.status in ("refunding", "refunded")
    await _refunded_once(shop, order_id, *([] if first == "cancel" else ["payment.succeeded"]))


async def test_success_while_a_cancellation_is_not_committed(shop: Shop) -> None:
    """The success waits for the cancellation's end, and then sees its tombstone."""
    shop.network.down.add("payments")
    order_id = shop.order()
    payment = (await shop.pay(order_id, SLOW)).json()
    async with shop.database.transaction() as transaction:
        await cancel_order(transaction, order_id, "expired")
        success = asyncio.create_task(conclude(shop.database, payment_id=payment["id"], succeeded=True))
        await _waiting_for_locks(shop, 1)
    assert await success == "applied"
    await _refunded_once(shop, order_id)


async def test_payment_while_a_cancellation_is_not_committed(shop: Shop) -> None:
    """The payment waits for the cancellation's end, and is then refused."""
    order_id = shop.order()
    async with shop.database.transaction() as transaction:
        await cancel_order(transaction, order_id, "expired")
        paying = asyncio.create_task(shop.pay(order_id))
        await _waiting_for_locks(shop, 1)
    assert (await paying).status_code == 409


async def test_refund_waits_for_the_provider(shop: Shop) -> None:
    """A refund that cannot be made is tried until it can, and is then one refund."""
    order_id = shop.order()
    await shop.pay(order_id)
    payment = await shop.comes_to(order_id, "succeeded")
    shop.network.deaf.add("provider")  # made, but the answers are lost
    await shop.cancel(order_id)

    async def tried_twice() -> bool:
        return shop.network.count("POST", f"/charges/{payment['id']}/refunds") >= 2

    await until(tried_twice)
    assert (await shop.look(order_id)).json()["status"] == "refunding"
    shop.network.deaf.clear()
    await until(lambda: _is(shop, order_id, "refunded"), 15)
    await _refunded_once(shop, order_id, "payment.succeeded")


async def _is(shop: Shop, order_id: str, status: str) -> bool:
    return (await shop.row(order_id)).status == status


async def test_refund_that_is_written_twice_is_told_once(shop: Shop) -> None:
    """A step that outlasts its lease is done by another, too."""
    refunds = MetricDelta("shop_refunds_total", reason="expired")
    order_id = shop.order()
    payment = (await shop.pay(order_id)).json()
    await shop.comes_to(order_id, "succeeded")
    await shop.cancel(order_id)
    await shop.comes_to(order_id, "refunded")
    await refunded(shop.database, payment["id"])
    assert [event["type"] for event in await shop.told(order_id)] == ["payment.succeeded", "payment.refunded"]
    assert refunds.value == 1
