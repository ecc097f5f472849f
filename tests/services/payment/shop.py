"""What surrounds the payment service in its tests: a real provider, and stand-ins for users and orders."""

import json
import time
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import jwt
from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from jwt.algorithms import OKPAlgorithm
from pydantic import SecretStr
from sqlalchemy import func, select, text, update

from services.payment import events, main
from services.payment.models import Payment
from services.payment.settings import Settings
from services.provider import main as provider_main
from services.provider.settings import Settings as ProviderSettings
from services.shared.database import Database
from services.shared.events.envelope import Event
from services.shared.events.inbox import once
from services.shared.parts import part_of
from tests.free_ports import free_port
from tests.services.support import running, until

SECRET = "a secret only for these tests"
PROVIDER_KEY = "a key only for these tests"
CARD_KEY = Fernet.generate_key().decode()
GOOD, DECLINED, SLOW, SILENT, TWICE = (
    "4242424242424242", "4000000000000002", "4000000000000077", "4000000000000259", "4000000000000341",
)  # fmt: skip
FINAL = {"succeeded", "failed", "refunded"}
_TOKEN_KEY = Ed25519PrivateKey.generate()


def token(user_id: str, role: str = "customer") -> str:
    """An access token as the user service makes it."""
    now = int(time.time())
    claims = {"sub": user_id, "role": role, "iss": "user-service", "aud": "shop", "iat": now, "exp": now + 3600}
    return jwt.encode(claims, _TOKEN_KEY, "EdDSA", headers={"kid": "test"})


class Network(httpx.AsyncBaseTransport):
    """Carries calls to the host they name. `down`: hosts nobody reaches; `deaf`: whose answers are lost."""

    def __init__(self) -> None:
        self.hosts: dict[str, httpx.AsyncBaseTransport] = {}
        self.down: set[str] = set()
        self.deaf: set[str] = set()
        self.calls: list[tuple[str, str, str]] = []
        self.charged: list[str] = []  # ids of the payments of the charges that were tried

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        host = request.url.host
        self.calls.append((host, request.method, request.url.path))
        if (request.method, request.url.path) == ("POST", "/charges"):
            self.charged.append(json.loads(request.content)["paymentId"])
        if host in self.down:
            raise httpx.ConnectError("refused", request=request)
        response = await self.hosts[host].handle_async_request(request)
        if host in self.deaf:
            await response.aclose()
            raise httpx.ReadError("reset", request=request)
        return response

    def count(self, method: str, path: str) -> int:
        """How many such calls were tried."""
        return sum(call[1:] == (method, path) for call in self.calls)


@dataclass
class Shop:
    """Speaks with a running payment service, and knows what lies behind it."""

    client: httpx.AsyncClient
    provider: httpx.AsyncClient
    network: Network
    database: Database
    orders: dict[str, dict[str, Any]] = field(default_factory=dict)
    user_id: str = field(default_factory=lambda: f"user-{uuid.uuid4().hex}")

    def order(self, status: str = "awaiting_payment", total_cents: int = 1999) -> str:
        """An order of `user_id` that the order service will answer with."""
        order_id = str(uuid.uuid4())
        self.orders[order_id] = {
            "id": order_id, "userId": self.user_id, "status": status, "totalCents": total_cents, "currency": "EUR",
        }  # fmt: skip
        return order_id

    async def pay(
        self, order_id: str, number: str = GOOD, *, key: str | None = None, who: str = "", **card: Any
    ) -> httpx.Response:
        """POST /api/payments."""
        headers = {"Authorization": f"Bearer {token(who or self.user_id)}"}
        if key is not None:
            headers["Idempotency-Key"] = key
        sent = {"number": number, "expMonth": 12, "expYear": 2099, "cvc": "987", **card}
        return await self.client.post("/api/payments", json={"orderId": order_id, "card": sent}, headers=headers)

    async def look(self, order_id: str, who: str = "", role: str = "customer") -> httpx.Response:
        """GET /api/payments/{orderId}."""
        headers = {"Authorization": f"Bearer {token(who or self.user_id, role)}"}
        return await self.client.get(f"/api/payments/{order_id}", headers=headers)

    async def comes_to(self, order_id: str, *statuses: str, limit: float = 10.0) -> dict[str, Any]:
        """The payments of an order, once the latest has one of `statuses`."""

        async def look() -> dict[str, Any] | None:
            found: dict[str, Any] = (await self.look(order_id)).json()
            return found if found["status"] in statuses else None

        return await until(look, limit)

    async def cancel(
        self, order_id: str, reason: str = "expired", event_id: str | None = None, code: str = "expired"
    ) -> str:
        """What the consumer does with an order.cancelled."""
        event = Event(
            type="order.cancelled", id=event_id or str(uuid.uuid4()),
            data={"orderId": order_id, "userId": self.user_id, "reason": reason, "reasonCode": code},
        )  # fmt: skip
        return await once(self.database, "payment.orders", events.ORDERS)(event)

    async def told(self, order_id: str) -> list[dict[str, Any]]:
        """The events about an order that wait in the outbox (nobody publishes them here)."""
        async with self.database.session() as session:
            statement = text("SELECT event FROM outbox WHERE event->'data'->>'orderId' = :id ORDER BY seq")
            return list(await session.scalars(statement, {"id": order_id}))

    async def row(self, order_id: str) -> Payment:
        """The newest row of an order."""
        async with self.database.session() as session:
            statement = select(Payment).where(Payment.order_id == order_id).order_by(Payment.created_at.desc())
            return (await session.scalars(statement.limit(1))).one()

    async def set(self, order_id: str, **values: Any) -> None:
        """Change the rows of an order behind the service's back."""
        async with self.database.session() as session:
            await session.execute(update(Payment).where(Payment.order_id == order_id).values(values))

    async def minutes_pass(self, order_id: str) -> None:
        """Since the card was erased."""
        await self.set(order_id, updated_at=func.now() - timedelta(minutes=3), next_check_at=func.now())

    async def tried(self, method: str, path: str, times: int) -> None:
        """Return when so many of these calls were tried."""

        async def look() -> bool:
            return self.network.count(method, path) >= times

        await until(look, 15)

    async def ledger(self) -> dict[str, dict[str, Any]]:
        """The provider's books by payment id."""
        page = (await self.provider.get("/ledger", params={"limit": 500})).json()
        return {item["paymentId"]: item for item in page["items"]}


@asynccontextmanager
async def open_shop(database_url: str, ledger: Path, **settings: Any) -> AsyncIterator[Shop]:
    """A payment service and a provider, each with its lifespan, connected by a Network."""
    network = Network()
    quick: dict[str, Any] = {"check_after_seconds": 0.2, "retry_seconds": 0.05, **settings}
    payment_app = main.create(
        Settings(
            database_url=database_url,
            amqp_url=f"amqp://guest:guest@127.0.0.1:{free_port()}/",
            user_service_url="http://users",
            order_service_url="http://orders",
            payment_provider_url="http://provider",
            payment_webhook_url="http://payments/api/payments/webhook",
            webhook_secret=SecretStr(SECRET),
            provider_key=SecretStr(PROVIDER_KEY),
            card_key=SecretStr(CARD_KEY),
            **quick,
        ),
        network,
    )
    provider_app = provider_main.create(
        ProviderSettings(
            database_url=f"sqlite:///{ledger}",
            webhook_secret=SecretStr(SECRET),
            provider_key=SecretStr(PROVIDER_KEY),
            provider_delay_seconds=0.02,
            provider_slow_seconds=0.6,
            webhook_retry_seconds=0.05,
        ),
        network,
    )
    orders: dict[str, dict[str, Any]] = {}
    network.hosts = {
        "users": httpx.MockTransport(_jwks),
        "orders": httpx.MockTransport(lambda request: _order(orders, request)),
        "provider": httpx.ASGITransport(provider_app),
        "payments": httpx.ASGITransport(payment_app),
    }
    async with running(provider_app) as provider, running(payment_app) as client:
        provider.headers["Authorization"] = f"Bearer {PROVIDER_KEY}"
        yield Shop(client, provider, network, part_of(payment_app, Database), orders)


def _jwks(_: httpx.Request) -> httpx.Response:
    key = {**OKPAlgorithm.to_jwk(_TOKEN_KEY.public_key(), as_dict=True), "kid": "test", "alg": "EdDSA"}
    return httpx.Response(200, json={"keys": [key]})


def _order(orders: dict[str, dict[str, Any]], request: httpx.Request) -> httpx.Response:
    caller = jwt.decode(request.headers["authorization"].split()[1], options={"verify_signature": False})
    order = orders.get(request.url.path.removeprefix("/api/orders/"))
    if order is None or caller["sub"] != order["userId"]:
        return httpx.Response(404)
    return httpx.Response(200, json=order)
