"""Which refusals are the provider's own word, and what becomes of a payment by each."""

from typing import Any

import httpx
import pytest

from services.payment.refusals import has_another_charge, has_no_charge, refuses_the_request
from tests.services.payment.shop import SLOW, Shop
from tests.services.provider.helpers import charge
from tests.services.support import until


def _answer(code: int, **members: Any) -> httpx.Response:
    document = {"type": "/api/problems/not-found", "status": code, "paymentId": "p-1", **members}
    return httpx.Response(code, json=document)


def test_what_the_provider_says_of_a_payment() -> None:
    """It names the payment, and the status is the one that it wrote."""
    assert has_no_charge(_answer(404), "p-1")
    assert has_another_charge(_answer(409), "p-1")
    assert refuses_the_request(_answer(422, type="/api/problems/invalid-request"))


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(404),
        httpx.Response(404, json={"paymentId": "p-1"}),
        httpx.Response(404, content=b"[]"),
        _answer(404, paymentId="p-2"),
        _answer(404, paymentId=None),
        _answer(404, status=410),
        _answer(400),
        _answer(422),
        _answer(500),
        _answer(200),
    ],
)
def test_what_somebody_else_says(answer: httpx.Response) -> None:
    """A page of a proxy, an answer of another service, or one about another payment."""
    assert not has_no_charge(answer, "p-1")
    assert not has_another_charge(answer, "p-1")
    assert not refuses_the_request(answer)


async def test_charge_that_the_provider_has_otherwise(shop: Shop) -> None:
    """A payment that the provider knows with another amount is sent no more and does not fail."""
    shop.network.down.add("provider")
    order_id = shop.order()
    payment = (await shop.pay(order_id)).json()
    await shop.provider.post("/charges", json={**charge(payment["id"]), "amountCents": 1})
    shop.network.down.clear()
    await shop.tried("GET", f"/charges/{payment['id']}", 2)
    row = await shop.row(order_id)
    assert (row.status, row.sealed_card) == ("processing", None)


async def test_request_that_the_provider_refuses(shop: Shop) -> None:
    """What it will never take fails at once, instead of being sent for ever."""
    refusal = {"type": "/api/problems/invalid-request", "status": 422}
    shop.network.hosts["provider"] = _problem(refusal)
    order_id = shop.order()
    await shop.pay(order_id)
    assert (await shop.comes_to(order_id, "failed"))["reason"] == "refused_by_provider"
    assert (await shop.row(order_id)).sealed_card is None


@pytest.mark.parametrize("status", [400, 404, 409, 422])
async def test_refusals_of_somebody_else(shop: Shop, status: int) -> None:
    """A 4xx that is no word of the provider is an error: the card is kept and sent again."""
    shop.network.hosts["provider"], real = (
        httpx.MockTransport(lambda _: httpx.Response(status, json={})),
        shop.network.hosts["provider"],
    )
    order_id = shop.order()
    await shop.pay(order_id)
    await shop.tried("POST", "/charges", 2)
    row = await shop.row(order_id)
    assert row.status == "processing"
    assert row.sealed_card is not None
    shop.network.hosts["provider"] = real
    await shop.comes_to(order_id, "succeeded", limit=15)


def _problem(document: dict[str, Any]) -> httpx.MockTransport:
    """Answers everything with one problem document."""
    return httpx.MockTransport(lambda _: httpx.Response(document["status"], json=document))


async def test_unknown_charge_by_somebody_else(shop: Shop) -> None:
    """Only the provider's own word counts: a bare 404 is of a wrong address, and the charge may be there."""
    shop.network.down.add("payments")  # no call back
    real = shop.network.hosts["provider"]
    order_id = shop.order()
    payment = (await shop.pay(order_id, SLOW)).json()

    async def sent() -> bool:
        return (await shop.row(order_id)).sealed_card is None

    await until(sent)
    shop.network.hosts["provider"] = httpx.MockTransport(lambda _: httpx.Response(404))
    await shop.minutes_pass(order_id)
    asked = shop.network.count("GET", f"/charges/{payment['id']}")
    await shop.tried("GET", f"/charges/{payment['id']}", asked + 2)
    assert (await shop.row(order_id)).status == "processing"
    shop.network.hosts["provider"] = real
    await shop.comes_to(order_id, "succeeded", limit=15)
