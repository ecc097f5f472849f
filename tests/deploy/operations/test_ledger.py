"""The provider's ledger is read to its end, and again only where it has to be."""

from typing import Any

import httpx
import pytest

from deploy.operations.asking import CouldNotAskError
from deploy.operations.ledger import Ledger


class Provider:
    """A ledger with pages of two."""

    def __init__(self, *payment_ids: str) -> None:
        self.charges = {i: self.charge(i) for i in payment_ids}
        self.asked: list[str] = []

    @staticmethod
    def charge(payment_id: str) -> dict[str, Any]:
        """A charge that succeeded."""
        return {
            "paymentId": payment_id,
            "status": "succeeded",
            "amountCents": 5,
            "currency": "EUR",
            "refund": None,
        }

    def answer(self, request: httpx.Request) -> httpx.Response:
        """GET /ledger"""
        cursor = request.url.params.get("cursor", "0")
        self.asked.append(cursor)
        rest = list(self.charges.values())[int(cursor) :]
        following = str(int(cursor) + 2) if len(rest) > 2 else None
        return httpx.Response(200, json={"items": rest[:2], "nextCursor": following})

    def ledger(self) -> Ledger:
        """As it is read over HTTP."""
        return Ledger(httpx.AsyncClient(base_url="http://p", transport=httpx.MockTransport(self.answer)))


async def test_all_pages_are_read() -> None:
    """To the end, each once."""
    provider = Provider("a", "b", "c", "d", "e")
    ledger = provider.ledger()
    await ledger.read_on()
    assert list(ledger.charges) == ["a", "b", "c", "d", "e"]
    assert provider.asked == ["0", "2", "4"]


async def test_only_the_pages_that_matter_are_read_again() -> None:
    """A refund on an early page is seen, and what came meanwhile."""
    provider = Provider("a", "b", "c", "d", "e")
    ledger = provider.ledger()
    await ledger.read_on()
    provider.asked.clear()
    provider.charges["b"]["refund"] = {"refundId": "r"}
    provider.charges |= {i: provider.charge(i) for i in "fg"}

    await ledger.read_again(["b", "unknown"])

    assert ledger.charges["b"].refunded
    assert set(ledger.charges) == set("abcdefg")
    assert provider.asked == ["0", "4", "6"]


async def test_a_charge_that_vanished_is_not_remembered() -> None:
    """What is read again replaces what was read before."""
    provider = Provider("a")
    ledger = provider.ledger()
    await ledger.read_on()
    provider.charges.clear()
    await ledger.read_again(["a"])
    assert ledger.charges == {}


async def test_a_provider_that_does_not_answer_is_named() -> None:
    """Whatever goes wrong: a status, or something that is no ledger."""
    for response in (httpx.Response(503), httpx.Response(200, json=[])):
        transport = httpx.MockTransport(lambda _, response=response: response)
        ledger = Ledger(httpx.AsyncClient(base_url="http://p", transport=transport))
        with pytest.raises(CouldNotAskError, match="ledger"):
            await ledger.read_on()
