"""Events from elsewhere: in any order and any number, an order moves only as it may, and tells it exactly once."""

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from observability.testing import MetricDelta
from services.order import commands
from services.order.commands import locked, move
from services.order.rebuild import rebuild
from services.order.states import Status
from services.shared.events.envelope import MisfitError
from services.shared.events.topology import QUEUES
from tests.services.order.desk import Desk

SCHEMAS = Path(__file__).parents[3] / "docs/events"
SUCCEEDED: dict[str, Any] = {"paymentId": "p-2", "amountCents": 1000, "currency": "EUR"}
FAILED: dict[str, Any] = {"paymentId": "p-1", "reason": "card_declined"}
REFUNDED: dict[str, Any] = {"paymentId": "p-1", "amountCents": 1000, "currency": "EUR", "reason": "expired"}
REJECTED: dict[str, Any] = {"reason": "out of stock", "productIds": ["1"]}
DATA: dict[str, dict[str, Any]] = {
    "stock.reserved": {}, "stock.rejected": REJECTED,
    "payment.succeeded": SUCCEEDED, "payment.failed": FAILED, "payment.refunded": REFUNDED,
}  # fmt: skip
# What each event makes of an order; all other pairs change nothing.
MAKES = {
    ("pending", "stock.reserved"): "awaiting_payment",
    ("pending", "stock.rejected"): "rejected",
    ("awaiting_payment", "payment.succeeded"): "paid",
    ("awaiting_payment", "payment.failed"): "payment_failed",
    ("payment_failed", "payment.succeeded"): "paid",  # a retry
    ("payment_failed", "payment.failed"): "payment_failed",  # another one
}
STATES = ["pending", "awaiting_payment", "payment_failed", "paid", "fulfilled", "rejected", "cancelled"]


def _schema(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((SCHEMAS / f"{name}.json").read_text())
    return found


def _check(event: dict[str, Any]) -> None:
    jsonschema.validate(event, _schema("envelope"))
    jsonschema.validate(event["data"], _schema(event["type"]))


@pytest.mark.parametrize("state", STATES)
async def test_each_event_in_each_state(desk: Desk, state: str) -> None:
    """An event moves an order where that is legal; elsewhere it is ignored, and nothing is written or told."""
    for kind, data in DATA.items():
        order_id = await desk.place_in(state)
        before, told = await desk.order(order_id), await desk.told(order_id)
        outcome = await desk.happens(kind, order_id, **data)
        after, now_told = await desk.order(order_id), await desk.told(order_id)
        if (state, kind) in MAKES:
            assert outcome == "ok"
            assert after["status"] == MAKES[state, kind]
            assert [event["type"] for event in now_told[len(told) :]] == (
                ["order.paid"] if after["status"] == "paid" else []
            )
        else:
            assert outcome == ("ok" if kind == "payment.refunded" else "ignored")
            assert (after, now_told) == (before, told)


async def test_events_come_twice(desk: Desk) -> None:
    """A repeated event has no second effect: neither under the same id nor under another."""
    order_id = await desk.place_in("awaiting_payment")
    outcomes = [
        await desk.happens("payment.succeeded", order_id, event_id=i, **SUCCEEDED) for i in ("e-1", "e-1", "e-2")
    ]
    assert outcomes == ["ok", "duplicate", "ignored"]
    told = await desk.told(order_id)
    assert [event["type"] for event in told] == ["order.created", "order.paid"]
    assert told[-1]["data"] == {"orderId": order_id, "userId": desk.user_id, "paymentId": "p-2"}


async def test_failure_after_success(desk: Desk) -> None:
    """The news of an earlier declined card does not unpay an order."""
    order_id = await desk.place_in("awaiting_payment")
    assert await desk.happens("payment.succeeded", order_id, **SUCCEEDED) == "ok"
    assert await desk.happens("payment.failed", order_id, **FAILED) == "ignored"
    order = await desk.order(order_id)
    assert (order["status"], order["reason"]) == ("paid", None)


async def test_reserved_after_cancel(desk: Desk) -> None:
    """Stock that comes late is released by the cancellation that was told; the order stays cancelled."""
    order_id = await desk.place_in("cancelled")
    assert await desk.happens("stock.reserved", order_id) == "ignored"
    assert await desk.happens("payment.succeeded", order_id, **SUCCEEDED) == "ignored"
    assert await desk.happens("payment.refunded", order_id, **REFUNDED) == "ok"
    assert (await desk.order(order_id))["status"] == "cancelled"
    told = await desk.told(order_id)
    assert [event["type"] for event in told] == ["order.created", "order.cancelled"]
    assert told[-1]["data"] == {
        "orderId": order_id, "userId": desk.user_id,
        "reason": "cancelled by admin", "reasonCode": "cancelled_by_admin",
    }  # fmt: skip


async def test_retry_after_failure(desk: Desk) -> None:
    """A declined card and then a good one: the log has every step, the order is paid once."""
    order_id = await desk.place_in("payment_failed")
    assert (await desk.order(order_id))["reason"] == "card_declined"
    assert await desk.happens("payment.succeeded", order_id, **SUCCEEDED) == "ok"
    steps = await desk.rows(
        "SELECT data->>'status' FROM order_events WHERE order_id = :id ORDER BY seq", id=order_id
    )
    assert steps == ["pending", "awaiting_payment", "payment_failed", "awaiting_payment", "paid"]
    assert [event["type"] for event in await desk.told(order_id)] == ["order.created", "order.paid"]


async def test_second_decline(desk: Desk) -> None:
    """Another card declined: its reason is what the customer sees, and the log has every step."""
    order_id = await desk.place_in("payment_failed")
    assert await desk.happens("payment.failed", order_id, **{**FAILED, "reason": "expired_card"}) == "ok"
    assert (await desk.order(order_id))["reason"] == "expired_card"
    steps = await desk.rows(
        "SELECT data->>'status' FROM order_events WHERE order_id = :id ORDER BY seq", id=order_id
    )
    assert steps == ["pending", "awaiting_payment", "payment_failed", "awaiting_payment", "payment_failed"]


async def test_unknown_order(desk: Desk) -> None:
    """An event about an order that nobody placed is an error: it is tried again, then kept for somebody to see."""
    with pytest.raises(LookupError):
        await desk.happens("stock.reserved", "no-such-order", event_id="lost")
    assert await desk.rows("SELECT event_id FROM inbox WHERE event_id = 'lost'") == []


async def test_product_news_out_of_order(desk: Desk) -> None:
    """The history shows the newest name and picture of a product, whatever comes last, at the old price."""
    order_id = await desk.place()

    async def changed(version: int) -> str:
        return await desk.happens(
            "product.changed", productId="1", name=f"Name {version}", imageUrl=f"/{version}.svg", version=version,
            deleted=False,
        )  # fmt: skip

    assert [await changed(v) for v in (2, 5, 3, 5, 4)] == ["ok", "ok", "ignored", "ignored", "ignored"]
    [line] = (await desk.order(order_id))["lines"]
    assert (line["name"], line["imageUrl"], line["unitPriceCents"]) == ("Name 5", "/5.svg", 500)


@pytest.mark.parametrize(
    "money", [{"amountCents": 999}, {"amountCents": 1001}, {"amountCents": 0}, {"currency": "USD"}]
)
@pytest.mark.parametrize("kind", ["payment.succeeded", "payment.refunded"])
async def test_money_that_is_not_the_orders(desk: Desk, kind: str, money: dict[str, Any]) -> None:
    """Another amount or currency pays no order: it is an error for somebody to see, and no later attempt helps."""
    order_id = await desk.place_in("awaiting_payment")
    before, told = await desk.order(order_id), await desk.told(order_id)
    with pytest.raises(MisfitError, match="amount"):
        await desk.happens(kind, order_id, **{**DATA[kind], **money})
    assert (await desk.order(order_id), await desk.told(order_id)) == (before, told)
    assert await desk.happens("payment.succeeded", order_id, **SUCCEEDED) == "ok"


OWN = [kind for queue in ("order.stock", "order.payments", "order.products") for kind in QUEUES[queue]]


@pytest.mark.parametrize("kind", OWN)
async def test_examples_are_understood(desk: Desk, kind: str) -> None:
    """The documented examples are what the effects take."""
    for example in _schema(kind)["examples"]:
        data = dict(example)
        if "orderId" in data:
            data["orderId"] = await desk.place_in("awaiting_payment" if kind.startswith("payment") else "pending")
        if "amountCents" in data:
            data["amountCents"] = 1000  # the order's
        assert await desk.happens(kind, **data) in ("ok", "ignored")


async def test_what_is_told_obeys_the_schemas(desk: Desk) -> None:
    """Every event that the order service writes is as documented."""
    address = {"name": "Ada", "line1": "1 Row", "city": "London", "postalCode": "N1", "country": "GB"}
    paid, cancelled = await desk.place_in("paid"), await desk.place(productId=2, shippingAddress=address)
    assert (await desk.set(cancelled, "cancelled", reason="changed my mind")).status_code == 200
    told = [event for order_id in (paid, cancelled) for event in await desk.told(order_id)]
    assert {event["type"] for event in told} == {"order.created", "order.paid", "order.cancelled"}
    for event in told:
        _check(event)
    assert told[-1]["data"]["reason"] == "changed my mind"


@pytest.mark.parametrize("words", ["expired", "out_of_stock", "card_declined", "x" * 200])
async def test_words_of_a_customer_are_no_code(desk: Desk, words: str) -> None:
    """Whatever a customer writes, the code says who cancelled, in the answer, the event and a rebuilt history."""
    order_id = await desk.place()
    assert (await desk.set(order_id, "cancelled", reason=words)).json()["reasonCode"] == "cancelled_by_customer"
    await rebuild(desk.database)
    order = await desk.order(order_id)
    assert (order["reason"], order["reasonCode"]) == (words, "cancelled_by_customer")
    [_, told] = await desk.told(order_id)
    assert (told["data"]["reason"], told["data"]["reasonCode"]) == (words, "cancelled_by_customer")


@pytest.mark.parametrize(
    ("status", "code"), [("rejected", "out_of_stock"), ("payment_failed", "card_declined"), ("paid", None)]
)
async def test_code_of_what_happened(desk: Desk, status: str, code: str | None) -> None:
    """What other services decided has a code of its own; a payment that goes well has none."""
    assert (await desk.order(await desk.place_in(status)))["reasonCode"] == code


async def test_metrics_follow_commits(desk: Desk) -> None:
    """A paid order counts its value once; an effect that is undone counts nothing."""
    value = MetricDelta("shop_order_value_cents_total")
    reserved = MetricDelta("shop_reservation_duration_seconds_count")
    paid = MetricDelta("shop_orders_total", status="paid")
    order_id = await desk.place_in("awaiting_payment")
    assert (value.value, reserved.value, paid.value) == (0, 1, 0)

    async def undone() -> None:
        async with desk.database.transaction() as transaction:
            order = await locked(transaction, order_id)
            assert order is not None
            assert await move(transaction, order, Status.PAID, payment_id="p-2")
            raise RuntimeError("undone")

    with pytest.raises(RuntimeError, match="undone"):
        await undone()
    assert (value.value, paid.value) == (0, 0)
    await desk.happens("payment.succeeded", order_id, **SUCCEEDED)
    await desk.happens("payment.succeeded", order_id, **SUCCEEDED)
    assert (value.value, reserved.value, paid.value) == (1000, 1, 1)


async def test_steps_have_times_of_one_clock(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """The database's: that of a replica which makes a step may be behind, and a timeline sorts by them."""

    class Behind(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> Any:
            return datetime.now(tz) - timedelta(seconds=10)

    monkeypatch.setattr(commands, "datetime", Behind, raising=False)
    order_id = await desk.place_in("paid")
    order = await desk.order(order_id)
    assert order["updatedAt"] > order["createdAt"]
    times = await desk.rows("SELECT at FROM order_events WHERE order_id = :id ORDER BY seq", id=order_id)
    assert len(times) == 3
    assert times == sorted(set(times))
