"""What surrounds the order service in its tests: stand-ins for users and products, and events from elsewhere."""

import time
import uuid
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from fastapi import FastAPI
from jwt.algorithms import OKPAlgorithm
from sqlalchemy import text

from services.order import events, main
from services.order.settings import Settings
from services.shared.database import Database
from services.shared.events.envelope import Event
from services.shared.events.inbox import Effect, once
from services.shared.parts import part_of
from tests.free_ports import free_port
from tests.services.support import running

_TOKEN_KEY = Ed25519PrivateKey.generate()
_QUEUES: Mapping[str, Mapping[str, Effect]] = {
    "order.stock": events.STOCK, "order.payments": events.PAYMENTS, "order.products": events.PRODUCTS,
}  # fmt: skip


def token(user_id: str, role: str = "customer") -> str:
    """An access token as the user service makes it."""
    now = int(time.time())
    claims = {"sub": user_id, "role": role, "iss": "user-service", "aud": "shop", "iat": now, "exp": now + 3600}
    return jwt.encode(claims, _TOKEN_KEY, "EdDSA", headers={"kid": "test"})


class Elsewhere(httpx.AsyncBaseTransport):
    """The user and the product service. `down`: nobody answers; `prices`: what is sold.

    answer: what the product service answers whatever it is asked, if not None.
    """

    def __init__(self) -> None:
        self.down = False
        self.answer: httpx.Response | None = None
        self.prices = {"1": 500, "2": 999}
        self.currencies: dict[str, str] = {}  # those that are not EUR
        self.calls = 0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if request.url.path == "/.well-known/jwks.json":
            key = {**OKPAlgorithm.to_jwk(_TOKEN_KEY.public_key(), as_dict=True), "kid": "test", "alg": "EdDSA"}
            return httpx.Response(200, json={"keys": [key]})
        self.calls += 1
        if self.down:
            raise httpx.ConnectError("refused", request=request)
        if self.answer is not None:
            return self.answer
        wanted = request.url.params.get_list("id")
        return httpx.Response(200, json={"items": [self._offer(i) for i in wanted if i in self.prices]})

    def _offer(self, product_id: str) -> dict[str, Any]:
        return {
            "id": product_id, "name": f"Product {product_id}", "imageUrl": f"/images/products/{product_id}.svg",
            "priceCents": self.prices[product_id], "currency": self.currencies.get(product_id, "EUR"),
        }  # fmt: skip


@dataclass
class Desk:
    """Speaks with a running order service, as its clients and as the other services."""

    client: httpx.AsyncClient
    elsewhere: Elsewhere
    app: FastAPI
    user_id: str = field(default_factory=lambda: f"user-{uuid.uuid4().hex}")

    @property
    def database(self) -> Database:
        """The service's own."""
        return part_of(self.app, Database)

    async def post(self, body: dict[str, Any], *, key: str | None = None) -> httpx.Response:
        """POST /api/orders."""
        headers = self.headers()
        if key is not None:
            headers["Idempotency-Key"] = key
        return await self.client.post("/api/orders", json=body, headers=headers)

    async def place(self, **body: Any) -> str:
        """The id of a new order."""
        answer = await self.post(body or {"productId": 1, "quantity": 2})
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    async def place_in(self, status: str) -> str:
        """The id of a new order that was brought to `status` by events and commands."""
        order_id = await self.place()
        if status == "rejected":
            await self.happens("stock.rejected", order_id, reason="out of stock", productIds=["1"])
        elif status not in ("pending", "cancelled"):
            await self.happens("stock.reserved", order_id)
        if status == "payment_failed":
            await self.happens("payment.failed", order_id, paymentId="p", reason="card_declined")
        elif status in ("paid", "fulfilled"):
            await self.happens("payment.succeeded", order_id, paymentId="p", amountCents=1000, currency="EUR")
        if status in ("cancelled", "fulfilled"):
            assert (await self.set(order_id, status, "admin")).status_code == 200
        assert (await self.order(order_id))["status"] == status
        return order_id

    async def happens(self, kind: str, order_id: str = "", *, event_id: str | None = None, **data: Any) -> str:
        """What the consumer makes of an event: `ok`, `ignored` or `duplicate`."""
        queue, effects = next((q, e) for q, e in _QUEUES.items() if kind in e)
        sent = {"orderId": order_id, **data} if order_id else data
        event = Event(type=kind, data=sent, id=event_id or str(uuid.uuid4()))
        return await once(self.database, queue, effects)(event)

    async def order(self, order_id: str) -> dict[str, Any]:
        """GET /api/orders/{id}."""
        answer = await self.client.get(f"/api/orders/{order_id}", headers=self.headers())
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def set(self, order_id: str, status: str, role: str = "customer", **more: Any) -> httpx.Response:
        """PUT /api/orders/{id}/status."""
        body = {"status": status, **more}
        return await self.client.put(f"/api/orders/{order_id}/status", json=body, headers=self.headers(role))

    def headers(self, role: str = "customer") -> dict[str, str]:
        """Who asks."""
        return {"Authorization": f"Bearer {token(self.user_id, role)}"}

    async def told(self, order_id: str) -> list[dict[str, Any]]:
        """The events about an order that wait in the outbox (nobody publishes them here)."""
        return await self.rows(
            "SELECT event FROM outbox WHERE event->'data'->>'orderId' = :id ORDER BY seq", id=order_id
        )

    async def rows(self, statement: str, **values: Any) -> list[Any]:
        """The first column of what a query finds."""
        async with self.database.session() as session:
            return list(await session.scalars(text(statement), values))


@asynccontextmanager
async def open_desk(database_url: str, **settings: Any) -> AsyncIterator[Desk]:
    """An order service that runs, without a broker unless `amqp_url` is given."""
    elsewhere = Elsewhere()
    app = main.create(
        Settings(
            database_url=database_url,
            user_service_url="http://users",
            product_service_url="http://products",
            **{"amqp_url": f"amqp://guest:guest@127.0.0.1:{free_port()}/", **settings},
        ),
        elsewhere,
    )
    async with running(app) as client:
        yield Desk(client, elsewhere, app)
