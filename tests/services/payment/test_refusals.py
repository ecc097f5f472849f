"""Which refusals are the provider's own word, without a network."""

from typing import Any

import httpx
import pytest

from services.payment.refusals import has_another_charge, has_no_charge, refuses_the_request


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
