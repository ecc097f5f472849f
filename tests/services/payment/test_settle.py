"""The settle loop: every accepted payment comes to one result, whatever fails on the way."""

import asyncio
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from cryptography.fernet import Fernet
from sqlalchemy import func

from observability.testing import CapturedSpans
from services.payment import settle
from services.payment.commands import conclude
from services.payment.models import Payment
from services.payment.vault import Vault
from services.shared.events.envelope import new_id
from tests.services.payment.shop import GOOD, SILENT, SLOW, Shop, open_shop
from tests.services.support import until


async def _left_over(shop: Shop, **values: Any) -> str:
    """An order with a payment of which the provider never heard."""
    order_id = shop.order()
    payment = Payment(
        id=new_id(), order_id=order_id, user_id=shop.user_id, status="processing", amount_cents=1, currency="EUR",
        brand="visa", last4="4242", traceparent="", request_id="", next_check_at=func.now(), **values,
    )  # fmt: skip
    async with shop.database.session() as session:
        session.add(payment)
    return order_id


async def test_silent_provider_is_asked(shop: Shop) -> None:
    """No call comes; asking brings the result."""
    order_id = shop.order()
    payment = (await shop.pay(order_id, SILENT)).json()
    await shop.comes_to(order_id, "succeeded")
    assert shop.network.count("POST", "/api/payments/webhook") == 0
    assert shop.network.count("GET", f"/charges/{payment['id']}") >= 1


async def test_slow_provider_is_asked_with_patience(shop: Shop) -> None:
    """While the answer is `processing`, the card is gone and the waits between questions double."""
    shop.network.hosts["provider"] = httpx.MockTransport(
        lambda request: httpx.Response(202 if request.method == "POST" else 200, json=_told(shop))
    )
    order_id = shop.order()
    await shop.pay(order_id)

    async def asked_twice() -> bool:
        return (await shop.row(order_id)).attempts == 2

    await until(asked_twice)
    row = await shop.row(order_id)
    assert (row.status, row.sealed_card) == ("processing", None)
    next_check_at = row.next_check_at
    assert next_check_at is not None
    assert 0.4 < (next_check_at - datetime.now(UTC)).total_seconds() <= 0.8  # 0.2 s, doubled twice


def _told(shop: Shop, **changes: Any) -> dict[str, Any]:
    """What a provider says of the charge that it was sent last."""
    told = {
        "paymentId": shop.network.charged[-1], "chargeId": "c-1", "status": "processing",
        "amountCents": 1999, "currency": "EUR",
    }  # fmt: skip
    return {**told, **changes}


@pytest.mark.parametrize(
    "changes",
    [
        {"status": "odd"}, {"status": None}, {"chargeId": "a\x00b"}, {"chargeId": "c" * 65},
        {"paymentId": "another"}, {"amountCents": 1}, {"amountCents": True}, {"amountCents": 10**400},
        {"currency": "USD"}, {"reason": "r" * 501}, {"reason": "\x00"}, {"reason": "x" * 2**21},
    ],
)  # fmt: skip
async def test_answers_of_the_provider_are_checked(shop: Shop, changes: dict[str, Any]) -> None:
    """An answer out of form, or about another charge, moves nothing; the card is kept and sent again."""
    shop.network.hosts["provider"], real = (
        httpx.MockTransport(lambda _: httpx.Response(202, json=_told(shop, **{"status": "succeeded", **changes}))),
        shop.network.hosts["provider"],
    )
    order_id = shop.order()
    await shop.pay(order_id)
    await shop.tried("POST", "/charges", 2)
    assert (await shop.row(order_id)).status == "processing"
    assert (await shop.row(order_id)).sealed_card is not None
    shop.network.hosts["provider"] = real
    await shop.comes_to(order_id, "succeeded", limit=15)


async def test_words_of_the_provider_become_no_code(shop: Shop) -> None:
    """A reason that we do not know is told as `declined`: states, labels and events keep to a closed list."""
    shop.network.hosts["provider"] = httpx.MockTransport(
        lambda _: httpx.Response(202, json=_told(shop, status="declined", reason="expired"))
    )
    order_id = shop.order()
    await shop.pay(order_id)
    assert (await shop.comes_to(order_id, "failed"))["reason"] == "declined"
    [event] = await shop.told(order_id)
    assert event["data"]["reason"] == "declined"


async def test_provider_down_then_back(shop: Shop) -> None:
    """The payment waits with its card sealed, and is charged when the provider answers again."""
    shop.network.down.add("provider")
    order_id = shop.order()
    assert (await shop.pay(order_id)).status_code == 202
    await shop.tried("POST", "/charges", 3)
    row = await shop.row(order_id)
    assert row.status == "processing"
    assert row.sealed_card is not None
    shop.network.down.clear()
    await shop.comes_to(order_id, "succeeded", limit=15)
    assert (await shop.row(order_id)).sealed_card is None
    assert len(await shop.ledger()) == 1


async def test_answer_of_the_provider_is_lost(shop: Shop) -> None:
    """The charge is sent again and is still one charge."""
    shop.network.deaf.add("provider")
    shop.network.down.add("payments")
    order_id = shop.order()
    await shop.pay(order_id)
    await shop.tried("POST", "/charges", 2)
    shop.network.deaf.clear()
    await shop.comes_to(order_id, "succeeded", limit=15)
    assert len(await shop.ledger()) == 1


async def test_death_between_acceptance_and_erasing(shop: Shop) -> None:
    """The charge was accepted, our note of it was not written: the next one sends it again, charged once."""
    shop.network.down.add("provider")
    order_id = shop.order()
    payment = (await shop.pay(order_id, SLOW)).json()
    sealed = (await shop.row(order_id)).sealed_card
    shop.network.down.clear()
    await shop.comes_to(order_id, "processing")

    async def erased() -> bool:
        return (await shop.row(order_id)).sealed_card is None

    await until(erased, 15)
    before = shop.network.count("POST", "/charges")
    await shop.set(order_id, sealed_card=sealed, next_check_at=func.now())
    await shop.tried("POST", "/charges", before + 1)
    await shop.comes_to(order_id, "succeeded")
    assert (await shop.row(order_id)).sealed_card is None
    assert list(await shop.ledger()) == [payment["id"]]


async def test_stopped_process_sends_no_charge_after_its_lease(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The payment may have failed since then as one that nobody charged. The row comes back, and is charged."""
    monkeypatch.setattr(settle, "_LEASE", timedelta(seconds=0.5))
    open_card = Vault.open
    charged: list[int] = []

    def stopped(vault: Vault, sealed: str) -> dict[str, Any]:
        if not charged:
            time.sleep(0.6)  # nothing of this process goes on
        charged.append(len(shop.network.charged))
        return open_card(vault, sealed)

    monkeypatch.setattr(Vault, "open", stopped)
    order_id = shop.order()
    await shop.pay(order_id)
    await shop.comes_to(order_id, "succeeded")
    assert charged[:2] == [0, 0]
    assert len(await shop.ledger()) == 1


async def test_charge_on_its_way_ends_with_its_lease(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also what waits for a connection, or between two tries, is not sent after it."""
    monkeypatch.setattr(settle, "_LEASE", timedelta(seconds=0.5))
    real, given_up = shop.network.hosts["provider"], asyncio.Event()

    class Holds(httpx.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            shop.network.hosts["provider"] = real
            try:
                await asyncio.Event().wait()
            finally:
                given_up.set()
            raise AssertionError

    shop.network.hosts["provider"] = Holds()
    order_id = shop.order()
    began = time.monotonic()
    await shop.pay(order_id)
    await given_up.wait()
    assert time.monotonic() - began < 1.5  # an attempt has 2 s
    await shop.comes_to(order_id, "succeeded")


class Meanwhile(httpx.AsyncBaseTransport):
    """The provider, whose call back is taken in before its answer to the first `method` is."""

    def __init__(self, shop: Shop, method: str) -> None:
        self.shop, self.method, self.real = shop, method, shop.network.hosts["provider"]
        self.is_done = False

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        answer = await self.real.handle_async_request(request)
        if request.method == self.method and not self.is_done:
            self.is_done = True
            payment_id = self.shop.network.charged[-1]
            assert await conclude(self.shop.database, payment_id=payment_id, succeeded=True) == "applied"
        return answer


@pytest.mark.parametrize("method", ["POST", "GET"])
async def test_news_that_overtake_the_answer_leave_nothing_to_do(shop: Shop, method: str) -> None:
    """A payment that has its result is not asked for any more, whatever the answer says that comes after it."""
    shop.network.down.add("payments")
    shop.network.hosts["provider"] = meanwhile = Meanwhile(shop, method)
    order_id = shop.order()
    await shop.pay(order_id, SLOW)

    async def overtaken() -> bool:
        return meanwhile.is_done and (await shop.row(order_id)).next_check_at is None

    await until(overtaken)
    second = shop.order()  # it is claimed after that step, so the step has ended when this one has its result
    await shop.pay(second, GOOD)
    await shop.comes_to(second, "succeeded")
    row = await shop.row(order_id)
    assert (row.status, row.next_check_at, row.attempts) == ("succeeded", None, 0)


async def test_restart_goes_on(database_url: str, tmp_path: Path) -> None:
    """A payment accepted by a process that ended is settled by the next one, after the lease at the latest."""
    async with open_shop(database_url, tmp_path / "ledger.sqlite") as first:
        first.network.down.add("provider")
        order_id = first.order()
        await first.pay(order_id)
    async with open_shop(database_url, tmp_path / "ledger.sqlite") as second:
        second.user_id = first.user_id
        await second.set(order_id, next_check_at=func.now())  # the lease has passed
        await second.comes_to(order_id, "succeeded")


async def test_two_replicas_share_the_work(
    database_url: str, tmp_path: Path, captured_logs: list[dict[str, Any]]
) -> None:
    """Each payment is taken by one of them, once; a call that takes too long is made again by the same one."""
    async with open_shop(database_url, tmp_path / "a") as one, open_shop(database_url, tmp_path / "b") as two:
        two.network.hosts = one.network.hosts
        orders = [one.order() for _ in range(12)]
        for order_id in orders:
            assert (await one.pay(order_id)).status_code == 202
        for order_id in orders:
            await one.comes_to(order_id, "succeeded")
        charged = [line["payment_id"] for line in captured_logs if line["event"] == "charge.sent"]
        assert len(charged) == len(set(charged)) == 12
        assert len(await one.ledger()) == 12


async def test_provider_lost_the_charge(shop: Shop) -> None:
    """When the card is erased and the provider knows nothing for minutes, the payment has failed and says so."""
    order_id = await _left_over(shop, sealed_card=None)
    await shop.tried("GET", f"/charges/{(await shop.row(order_id)).id}", 2)
    assert (await shop.row(order_id)).status == "processing"  # the request may still be on its way
    await shop.minutes_pass(order_id)
    failed = await shop.comes_to(order_id, "failed")
    assert failed["reason"] == "unknown_to_provider"
    assert (await shop.pay(order_id)).status_code == 202


async def test_old_sealed_card_is_erased(shop: Shop) -> None:
    """After 24 hours the card is not sent any more; the provider is asked before the payment fails."""
    shop.network.down.add("provider")
    order_id = await _left_over(shop, sealed_card="old", created_at=func.now() - timedelta(hours=25))

    async def erased() -> bool:
        return (await shop.row(order_id)).sealed_card is None

    await until(erased)
    assert (await shop.row(order_id)).status == "processing"
    shop.network.down.clear()
    await shop.minutes_pass(order_id)
    assert (await shop.comes_to(order_id, "failed", limit=15))["reason"] == "unknown_to_provider"
    assert (await shop.row(order_id)).id not in shop.network.charged


async def test_card_sealed_with_another_key(shop: Shop) -> None:
    """It cannot be sent; the provider is asked, and the payment fails instead of waiting for ever."""
    order_id = await _left_over(shop, sealed_card=Fernet(Fernet.generate_key()).encrypt(b"{}").decode())

    async def erased() -> bool:
        return (await shop.row(order_id)).sealed_card is None

    await until(erased)
    await shop.minutes_pass(order_id)
    await shop.comes_to(order_id, "failed")


async def test_whole_payment_is_one_trace(shop: Shop, captured_spans: CapturedSpans) -> None:
    """Request, settling, provider, call back and the event belong to the trace of the request."""
    order_id = shop.order()
    answer = await shop.pay(order_id, GOOD)
    await shop.comes_to(order_id, "succeeded")

    async def acknowledged() -> bool:
        return bool(captured_spans.named("call back"))

    await until(acknowledged)
    [settle] = captured_spans.named("settle payment: charge")
    trace_id = settle.context.trace_id
    for name in ("POST /api/payments", "POST /charges", "call back", "POST /api/payments/webhook"):
        assert {span.context.trace_id for span in captured_spans.named(name)} == {trace_id}, name
    row = await shop.row(order_id)
    assert f"{trace_id:032x}" in row.traceparent
    assert row.request_id == answer.headers["x-request-id"]
    for name in ("settle payment: charge", "POST /api/payments"):
        [span] = captured_spans.named(name)
        assert span.attributes is not None
        assert span.attributes["shop.order.id"] == order_id
        assert span.attributes["shop.payment.id"] == row.id
