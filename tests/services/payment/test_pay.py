"""Paying: what is accepted, what is refused, and that one order is paid once."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.services.payment.shop import DECLINED, FINAL, GOOD, SLOW, Shop, open_shop, token


async def test_payment_succeeds(shop: Shop) -> None:
    """A payment is accepted at once, charged with the order's amount, and told as an event."""
    order_id = shop.order(total_cents=4321)
    answer = await shop.pay(order_id)
    assert answer.status_code == 202
    assert answer.headers["location"] == f"/api/payments/{order_id}"
    accepted = answer.json()
    assert accepted["status"] == "processing"
    paid = await shop.comes_to(order_id, *FINAL)
    assert (paid["status"], paid["amountCents"], paid["currency"]) == ("succeeded", 4321, "EUR")
    assert paid["card"] == {"brand": "visa", "last4": "4242"}
    [attempt] = paid["attempts"]
    assert attempt["id"] == accepted["id"] == paid["id"]
    [event] = await shop.told(order_id)
    assert event["type"] == "payment.succeeded"
    assert event["data"] == {
        "paymentId": accepted["id"], "orderId": order_id, "amountCents": 4321, "currency": "EUR",
    }  # fmt: skip
    [charge] = (await shop.ledger()).values()
    assert (charge["paymentId"], charge["amountCents"]) == (accepted["id"], 4321)


async def test_declined_payment_can_be_repeated(shop: Shop) -> None:
    """A declined card fails the payment with its reason; another card then pays the same order."""
    order_id = shop.order()
    await shop.pay(order_id, DECLINED)
    failed = await shop.comes_to(order_id, *FINAL)
    assert (failed["status"], failed["reason"]) == ("failed", "card_declined")
    assert (await shop.pay(order_id)).status_code == 202
    paid = await shop.comes_to(order_id, "succeeded")
    assert [a["status"] for a in paid["attempts"]] == ["succeeded", "failed"]
    failure, success = await shop.told(order_id)
    assert failure["type"] == "payment.failed"
    assert failure["data"] == {
        "paymentId": failed["id"], "orderId": order_id, "reason": "card_declined",
    }  # fmt: skip
    assert success["type"] == "payment.succeeded"


async def test_cards_are_not_tried_without_end(database_url: str, tmp_path: Path) -> None:
    """An order has so many payments, however they ended; the next is refused with the number, and not charged."""
    async with open_shop(database_url, tmp_path / "ledger.sqlite", attempts_per_order=2) as shop:
        order_id = shop.order()
        for _ in range(2):
            assert (await shop.pay(order_id, DECLINED)).status_code == 202
            await shop.comes_to(order_id, "failed")
        refused = await shop.pay(order_id, GOOD)
        assert (refused.status_code, refused.json()["maxPayments"]) == (409, 2)
        assert len(await shop.ledger()) == 2


async def test_order_is_paid_once(shop: Shop) -> None:
    """Of many payments at once one is accepted; a paid order takes no other."""
    order_id = shop.order()
    answers = await asyncio.gather(*(shop.pay(order_id) for _ in range(6)))
    assert sorted(a.status_code for a in answers) == [202, 409, 409, 409, 409, 409]
    await shop.comes_to(order_id, "succeeded")
    assert (await shop.pay(order_id)).status_code == 409
    assert len(await shop.ledger()) == 1


async def test_same_key_is_one_payment(shop: Shop) -> None:
    """Requests with one Idempotency-Key, at once and later, all answer with the same payment."""
    order_id = shop.order()
    answers = await asyncio.gather(*(shop.pay(order_id, key="one") for _ in range(6)))
    assert [a.status_code for a in answers] == [202] * 6
    await shop.comes_to(order_id, "succeeded")
    shop.network.down.add("orders")  # a repetition needs nobody else
    again = await shop.pay(order_id, key="one")
    assert again.headers["idempotency-replayed"] == "true"
    assert again.json()["status"] == "succeeded"
    assert {a.json()["id"] for a in [*answers, again]} == {again.json()["id"]}
    assert len(await shop.ledger()) == 1


async def test_paid_while_the_same_request_asks_for_the_order(shop: Shop) -> None:
    """A client gave up and sends again: its order is refused as paid, by the first request with this key."""
    order_id = shop.order()
    first: list[httpx.Response] = []
    real = shop.network.hosts["orders"]

    async def meanwhile(request: httpx.Request) -> httpx.Response:
        shop.network.hosts["orders"] = real
        first.append(await shop.pay(order_id, key="one"))
        await shop.comes_to(order_id, "succeeded")
        shop.orders[order_id]["status"] = "paid"
        return await real.handle_async_request(request)

    shop.network.hosts["orders"] = httpx.MockTransport(meanwhile)
    again = await shop.pay(order_id, key="one")
    assert (again.status_code, again.headers.get("idempotency-replayed")) == (202, "true")
    assert again.json()["id"] == first[0].json()["id"]
    assert (await shop.pay(order_id, key="two")).status_code == 409


async def test_same_key_with_another_body(shop: Shop) -> None:
    """The card is part of the body: another one under the same key is refused."""
    order_id = shop.order()
    await shop.pay(order_id, DECLINED, key="two")
    await shop.comes_to(order_id, "failed")
    assert (await shop.pay(order_id, GOOD, key="two")).status_code == 422
    assert (await shop.pay(shop.order(), DECLINED, key="two")).status_code == 422


@pytest.mark.parametrize(
    ("status", "retry_after"),
    [("pending", "1"), ("paid", None), ("cancelled", None), ("rejected", None), ("fulfilled", None)],
)
async def test_orders_that_cannot_be_paid(shop: Shop, status: str, retry_after: str | None) -> None:
    """409 says which state the order is in; only a pending one is worth a retry."""
    answer = await shop.pay(shop.order(status))
    assert answer.status_code == 409
    assert answer.json()["orderStatus"] == status
    assert answer.headers.get("retry-after") == retry_after


async def test_order_whose_payment_failed_can_be_paid(shop: Shop) -> None:
    """`payment_failed` is payable."""
    assert (await shop.pay(shop.order("payment_failed"))).status_code == 202


async def test_other_peoples_orders(shop: Shop) -> None:
    """They cannot be paid nor looked at, except by an admin, who looks."""
    order_id = shop.order()
    assert (await shop.pay(order_id, who="stranger")).status_code == 404
    assert (await shop.look(order_id)).status_code == 404
    await shop.pay(order_id)
    assert (await shop.look(order_id, who="stranger")).status_code == 404
    assert (await shop.look(order_id, who="boss", role="admin")).status_code == 200
    assert (await shop.client.get(f"/api/payments/{order_id}")).status_code == 401
    assert (await shop.client.post("/api/payments", json={})).status_code == 401


_last_month = (datetime.now(UTC).replace(day=1) - timedelta(days=1)).replace(day=1)


@pytest.mark.parametrize(
    "card",
    [
        {"number": "4111111111111111"},
        {"number": "4242 4242 4242 4242"},
        {"number": 4242424242424242},
        {"expMonth": 0},
        {"expMonth": 13},
        {"expYear": _last_month.year, "expMonth": _last_month.month},
        {"cvc": "12"},
        {"cvc": "12345"},
        {"cvc": "12a"},
        {"cvc": "١٢٣"},
        {"holder": "unknown member"},
    ],
)
async def test_bad_cards(shop: Shop, card: dict[str, Any]) -> None:
    """422 names the field and repeats nothing of the card."""
    sent = {"number": GOOD, **card}
    answer = await shop.pay(shop.order(), **sent)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"].startswith("body.card")
    assert str(sent["number"]) not in answer.text
    assert "987" not in answer.json()["errors"][0]["message"]


async def test_card_is_good_to_the_end_of_its_month(shop: Shop) -> None:
    """A card that ends this month still pays."""
    today = datetime.now(UTC)
    answer = await shop.pay(shop.order(), expMonth=today.month, expYear=today.year)
    assert answer.status_code == 202


async def test_order_service_down(shop: Shop) -> None:
    """Nothing can be accepted then: 503 with Retry-After."""
    shop.network.down.add("orders")
    answer = await shop.pay(shop.order())
    assert answer.status_code == 503
    assert "retry-after" in answer.headers


async def test_card_is_nowhere(shop: Shop, capfd: pytest.CaptureFixture[str]) -> None:
    """The number is in no column in the clear, no log line, no answer; once sent it is not even sealed."""
    order_id = shop.order()
    shop.network.down.add("provider")
    await shop.pay(order_id, SLOW, key="three")
    sealed = await shop.row(order_id)
    assert sealed.sealed_card is not None
    assert SLOW not in sealed.sealed_card
    shop.network.down.clear()
    seen = await shop.comes_to(order_id, *FINAL, limit=15)
    row = await shop.row(order_id)
    assert row.sealed_card is None
    logs = capfd.readouterr().out
    assert '"charge.sent"' in logs
    assert SLOW not in str(vars(row)) + str(seen) + logs


async def test_readiness(shop: Shop) -> None:
    """Without a broker the service is degraded, and still ready."""
    answer = await shop.client.get("/health/ready", headers={"Authorization": token("anybody")})
    assert answer.status_code == 200
    assert answer.json()["status"] == "degraded"
    dependencies = answer.json()["dependencies"]
    assert dependencies["postgresql"] == dependencies["settle"] == "ok"
    assert dependencies["rabbitmq"].startswith("unavailable")
