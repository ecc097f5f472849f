"""A provider in the test's process, and a client of it that receives its calls back."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
from pydantic import SecretStr

from services.provider.main import create
from services.provider.settings import Settings
from tests.services.support import running

SECRET = "a secret only for these tests"
KEY = "a key only for these tests"


class Receiver:
    """Takes calls back; `answers` are the status codes to give, then 200 for ever."""

    def __init__(self, *answers: int) -> None:
        self._answers = list(answers)
        self.requests: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        return httpx.Response(self._answers.pop(0) if self._answers else 200)


def settings(ledger: Path, **others: Any) -> Settings:
    """Of a provider that is quick."""
    quick: dict[str, Any] = {
        "provider_delay_seconds": 0.02,
        "provider_slow_seconds": 0.3,
        "webhook_retry_seconds": 0.02,
        **others,
    }
    return Settings(
        database_url=f"sqlite:///{ledger}",
        webhook_secret=SecretStr(SECRET),
        provider_key=SecretStr(KEY),
        **quick,
    )


@asynccontextmanager
async def provider(
    ledger: Path, receiver: Callable[[httpx.Request], httpx.Response], **others: Any
) -> AsyncIterator[httpx.AsyncClient]:
    """A provider with its ledger in `ledger`."""
    app = create(settings(ledger, **others), httpx.MockTransport(receiver))
    async with running(app) as client:
        client.headers["Authorization"] = f"Bearer {KEY}"
        yield client


def charge(payment_id: str, number: str = "4242424242424242", amount_cents: int = 1999) -> dict[str, Any]:
    """The body of POST /charges."""
    return {
        "paymentId": payment_id,
        "amountCents": amount_cents,
        "currency": "EUR",
        "card": {"number": number, "expMonth": 12, "expYear": 2099, "cvc": "987"},
        "callbackUrl": "http://shop/api/payments/webhook",
    }
