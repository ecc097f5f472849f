"""The provider's calls: believed only when signed and fresh, harmless when repeated or late."""

import hashlib
import hmac
import json
import time
from typing import Any

import httpx
import pytest

from observability.testing import MetricDelta
from services.payment.commands import conclude
from services.payment.states import Failure
from tests.services.payment.shop import DECLINED, GOOD, SECRET, SLOW, TWICE, Shop
from tests.services.support import until


async def _call(
    shop: Shop,
    told: dict[str, Any] | bytes,
    headers: dict[str, str] | None = None,
    *,
    secret: str = SECRET,
    age: int = 0,
    timestamp: str | None = None,
) -> httpx.Response:
    body = told if isinstance(told, bytes) else json.dumps(told).encode()
    timestamp = str(int(time.time()) - age) if timestamp is None else timestamp
    digest = hmac.new(secret.encode(), f"{timestamp}.".encode() + body, hashlib.sha256).hexdigest()
    signed: dict[str, str] = {
        "X-Provider-Timestamp": timestamp,
        "X-Provider-Signature": f"sha256={digest}",
    }
    signed.update(headers or {})
    return await shop.client.post("/api/payments/webhook", content=body, headers=httpx.Headers(signed, "latin-1"))


async def _processing(shop: Shop) -> tuple[str, dict[str, Any]]:
    """An order with a payment that stays processing, and the call that would make it succeed."""
    shop.network.down.add("provider")
    order_id = shop.order()
    payment = (await shop.pay(order_id)).json()
    return order_id, {"paymentId": payment["id"], "chargeId": "c-1", "status": "succeeded", "sequence": 2}


async def test_good_call_is_applied_once(shop: Shop) -> None:
    """The first call moves the payment; the same one again, and an older one, are acknowledged."""
    order_id, told = await _processing(shop)
    applied = MetricDelta("shop_webhooks_total", outcome="applied")
    duplicate = MetricDelta("shop_webhooks_total", outcome="duplicate")
    succeeded = MetricDelta("shop_payments_total", outcome="succeeded")
    assert (await _call(shop, told)).json() == {"outcome": "applied"}
    again = await _call(shop, told)
    older = await _call(shop, {**told, "status": "processing", "sequence": 1})
    assert again.status_code == older.status_code == 200
    assert again.json() == older.json() == {"outcome": "duplicate"}
    assert (await shop.look(order_id)).json()["status"] == "succeeded"
    assert [e["type"] for e in await shop.told(order_id)] == ["payment.succeeded"]
    assert (applied.value, duplicate.value, succeeded.value) == (1, 2, 1)


async def test_older_state_first(shop: Shop) -> None:
    """`processing` changes nothing, and does not keep the result from being taken."""
    order_id, told = await _processing(shop)
    await _call(shop, {**told, "status": "processing", "sequence": 1})
    assert (await shop.look(order_id)).json()["status"] == "processing"
    assert (await _call(shop, told)).json() == {"outcome": "applied"}


async def test_contradiction_is_no_move(shop: Shop) -> None:
    """A result against the known one is acknowledged and counted, and changes nothing."""
    order_id, told = await _processing(shop)
    await _call(shop, told)
    other = await _call(shop, {**told, "status": "declined", "reason": "card_declined", "sequence": 3})
    assert other.json() == {"outcome": "contradiction"}
    assert (await shop.look(order_id)).json()["status"] == "succeeded"


async def test_late_success_is_given_back(shop: Shop) -> None:
    """A charge that succeeds after its payment has failed is refunded: the customer may have paid again."""
    shop.network.down.add("payments")  # the provider calls, and nobody hears it yet
    order_id = shop.order()
    late = (await shop.pay(order_id, SLOW)).json()

    async def sent() -> bool:
        return (await shop.row(order_id)).sealed_card is None

    await until(sent)
    await conclude(shop.database, payment_id=late["id"], succeeded=False, failure=Failure.UNKNOWN_TO_PROVIDER)
    second = (await shop.pay(order_id)).json()
    counted = [
        MetricDelta("shop_payments_total", outcome="succeeded"),
        MetricDelta("shop_refunds_total", reason="late"),
    ]
    contradictions = MetricDelta("shop_webhooks_total", outcome="contradiction")

    async def decided() -> bool:
        return {p: e["status"] for p, e in (await shop.ledger()).items()} == {
            late["id"]: "succeeded", second["id"]: "succeeded",
        }  # fmt: skip

    await until(decided)
    told = {"paymentId": late["id"], "chargeId": "c-1", "status": "succeeded", "sequence": 2}
    assert [(await _call(shop, told)).json() for _ in "12"] == [
        {"outcome": "contradiction"},
        {"outcome": "duplicate"},
    ]
    attempts = {
        attempt["id"]: attempt["status"]
        for attempt in (await until(lambda: _refunded(shop, order_id, late["id"])))["attempts"]
    }
    assert attempts == {late["id"]: "refunded", second["id"]: "succeeded"}
    ledger = await shop.ledger()
    assert ledger[late["id"]]["refund"] is not None
    assert ledger[second["id"]]["refund"] is None
    events = [(e["type"], e["data"].get("reason")) for e in await shop.told(order_id)]
    assert sorted(events) == [
        ("payment.failed", "unknown_to_provider"), ("payment.refunded", "late"), ("payment.succeeded", None),
    ]  # fmt: skip
    assert ([delta.value for delta in counted], contradictions.value) == ([1, 1], 1)


async def _refunded(shop: Shop, order_id: str, payment_id: str) -> dict[str, Any] | None:
    found: dict[str, Any] = (await shop.look(order_id)).json()
    states = {attempt["id"]: attempt["status"] for attempt in found["attempts"]}
    return found if states[payment_id] == "refunded" else None


@pytest.mark.parametrize(
    ("fault", "more"),
    [
        ("another secret", {"secret": "not the secret of the provider"}),
        ("too old", {"age": 301}),
        ("from the future", {"age": -330}),
        ("no signature", {"headers": {"X-Provider-Signature": ""}}),
        ("odd signature", {"headers": {"X-Provider-Signature": "sha256=\u00fc"}}),
        ("odd timestamp", {"headers": {"X-Provider-Timestamp": "yesterday"}}),
        ("short signature", {"headers": {"X-Provider-Signature": "sha256=00"}}),
        ("signature without its algorithm", {"headers": {"X-Provider-Signature": "0" * 64}}),
        ("5,000 digits", {"timestamp": "9" * 5000}),
        ("digits that are not ASCII", {"timestamp": "\u00b2" * 10}),
        ("negative", {"timestamp": "-1"}),
        ("a fraction", {"timestamp": "1e9"}),
        ("white space", {"timestamp": "1 0"}),
        ("nothing", {"timestamp": ""}),
    ],
)
async def test_calls_that_are_not_believed(shop: Shop, fault: str, more: dict[str, Any]) -> None:
    """401, counted, and nothing happens. Only what has our secret counts as the provider's."""
    order_id, told = await _processing(shop)
    outcome = "unusable" if "age" in more else "rejected"
    rejected = MetricDelta("shop_webhooks_total", outcome=outcome)
    answer = await _call(shop, told, **more)
    assert answer.status_code == 401, fault
    assert answer.headers["content-type"] == "application/problem+json"
    assert rejected.value == 1
    assert (await shop.look(order_id)).json()["status"] == "processing"


async def test_signature_covers_timestamp_and_body(shop: Shop) -> None:
    """A call that was heard cannot be used for another body, nor kept fresh with another time."""
    order_id, told = await _processing(shop)
    body, timestamp = json.dumps({**told, "status": "processing"}).encode(), str(int(time.time()))
    digest = hmac.new(SECRET.encode(), f"{timestamp}.".encode() + body, hashlib.sha256).hexdigest()
    heard: dict[str, str] = {"X-Provider-Timestamp": timestamp, "X-Provider-Signature": f"sha256={digest}"}
    assert (await _call(shop, body, heard)).status_code == 200
    assert (await _call(shop, told, heard)).status_code == 401
    later = {**heard, "X-Provider-Timestamp": str(int(timestamp) + 60)}
    assert (await _call(shop, body, later)).status_code == 401
    assert (await shop.look(order_id)).json()["status"] == "processing"


async def test_replay_in_the_window_is_harmless(shop: Shop) -> None:
    """A call that was heard and is sent again moves nothing a second time."""
    order_id = shop.order()
    payment = (await shop.pay(order_id, DECLINED)).json()
    await shop.comes_to(order_id, "failed")
    second = (await shop.pay(order_id, SLOW)).json()
    told = {"paymentId": payment["id"], "chargeId": "c", "status": "declined", "sequence": 2}
    assert (await _call(shop, told)).json() == {"outcome": "duplicate"}
    found = (await shop.look(order_id)).json()
    assert (found["id"], found["status"]) == (second["id"], "processing")


async def test_unknown_payment_is_kept_by_the_provider(shop: Shop) -> None:
    """404 is no acknowledgement: the provider tries again, and finds the row once it is back."""
    _, told = await _processing(shop)
    assert (await _call(shop, {**told, "paymentId": "nobody"})).status_code == 404


async def test_body_out_of_form(shop: Shop) -> None:
    """A signed body that says nothing we know is refused without a trace of it."""
    order_id, good = await _processing(shop)
    wrong: list[Any] = [b"", b"[]", b"{", b"\xff\x00", b"[" * 60_000, b'"' + b"x" * 60_000 + b'"']
    needed = ("paymentId", "chargeId", "status")
    wrong += [{key: value for key, value in good.items() if key != missing} for missing in needed]
    odd: list[Any] = [
        "a\x00b",
        "\ud800",
        "x" * 65,
        "",
        " ",
        "../x",
        "\u0661",
        10**400,
        True,
        None,
        [],
        {"$gt": ""},
    ]
    wrong += [{**good, key: value} for key in needed for value in odd]
    odd = ["\x00", "\ud800", "x" * 501, 10**400, False, ["r"]]
    wrong += [{**good, "reason": value} for value in odd]
    twice = json.dumps(good).replace("{", '{"status":"declined",', 1).encode()
    unusable = MetricDelta("shop_webhooks_total", outcome="unusable")
    for body in (*wrong, twice, b"\xff"):
        answer = await _call(shop, body)
        assert answer.status_code == 422, body
        assert answer.headers["content-type"] == "application/problem+json"
    assert unusable.value == len(wrong) + 2
    assert (await shop.look(order_id)).json()["status"] == "processing"
    assert await shop.told(order_id) == []


async def test_headers_come_once(shop: Shop) -> None:
    """A second signature or timestamp, be it equal, is refused: others might read that one."""
    order_id, told = await _processing(shop)
    body, timestamp = json.dumps(told).encode(), str(int(time.time()))
    digest = hmac.new(SECRET.encode(), f"{timestamp}.".encode() + body, hashlib.sha256).hexdigest()
    signed = [("X-Provider-Timestamp", timestamp), ("X-Provider-Signature", f"sha256={digest}")]
    for repeated in signed:
        answer = await shop.client.post("/api/payments/webhook", content=body, headers=[*signed, repeated])
        assert answer.status_code == 401
    assert (await shop.look(order_id)).json()["status"] == "processing"


async def test_provider_that_calls_twice_and_out_of_order(shop: Shop) -> None:
    """The real provider's worst card: one event, one charge, and the payment has succeeded."""
    order_id = shop.order()
    await shop.pay(order_id, TWICE)

    async def called_three_times() -> bool:
        return shop.network.count("POST", "/api/payments/webhook") == 3

    await until(called_three_times)
    await shop.comes_to(order_id, "succeeded")
    await shop.pay(shop.order(), GOOD)
    assert [e["type"] for e in await shop.told(order_id)] == ["payment.succeeded"]
