"""Clients of the shop as a customer's browser would be: through the gateway, each from its own address."""

import os
import uuid
from types import TracebackType
from typing import Any, Self

import httpx

from deploy.installation import secrets
from deploy.installation.layout import Layout
from loadtests.cards import card
from services.user.tokens import TokenIssuer
from tests import problem_types
from tests.platform.door import from_address, random_address
from tests.waiting import LIMIT, wait_for

_COME_AGAIN = (502, 503, 504)  # while something is broken: a patient client asks again
PASSWORD = "a good password"


class Client:
    """Somebody at the gateway. Every client has its own address, so that limits do not mix."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self.tokens: dict[str, Any] = {}
        address = random_address()
        self.http = httpx.Client(
            base_url=f"http://127.0.0.1:{layout.port('gateway')}",
            transport=httpx.HTTPTransport(local_address=address),
            headers=from_address(layout, address),
            timeout=20,
            event_hooks={"response": [problem_types.seen]},
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self.http.close()

    def login(self, email: str, password: str) -> None:
        """Use this account's token from now on."""
        answer = self.http.post("/api/users/login", json={"email": email, "password": password})
        assert answer.status_code == 200, answer.text
        self.tokens = answer.json()
        self.http.headers["Authorization"] = f"Bearer {self.tokens['token']}"

    def stock(self, product_id: str) -> int:
        """What is available of a product, once the cached answer is not older than the present."""
        answer = self.http.get(
            f"/api/products/{product_id}", headers={"X-Request-ID": f"stock-{uuid.uuid4().hex}"}
        )
        assert answer.status_code == 200, answer.text
        return int(answer.json()["stock"])


def anybody(layout: Layout) -> str:
    """An access token of an account that nobody had before, without the time that its registration takes."""
    issuer = TokenIssuer.from_file(secrets.ensure(layout.secrets).token_key_file)
    return issuer.issue(user_id=str(uuid.uuid4()), role="customer", epoch=0)


class Customer(Client):
    """A customer."""

    id: str
    email: str

    def sign_up(self) -> None:
        """Register and log in."""
        self.email = f"c-{uuid.uuid4().hex}@example.com"
        answer = self.http.post("/api/users/register", json={"email": self.email, "password": PASSWORD})
        assert answer.status_code == 201, answer.text
        self.id = answer.json()["id"]
        self.sign_in()

    def sign_in(self) -> None:
        """Log in again."""
        self.login(self.email, PASSWORD)

    def order(self, product_id: str, quantity: int = 1, **headers: str) -> str:
        """Place an order; its id."""
        body = {"productId": product_id, "quantity": quantity}
        answer = self.http.post("/api/orders", json=body, headers=headers)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    def order_view(self, order_id: str) -> dict[str, Any]:
        """An order as it is now."""
        answer = self.http.get(f"/api/orders/{order_id}")
        assert answer.status_code == 200, answer.text
        view: dict[str, Any] = answer.json()
        return view

    def until(self, order_id: str, status: str, limit: float = LIMIT) -> dict[str, Any]:
        """Wait until the order is in `status`: one request waits for it to move, so that few traces are made."""
        view: dict[str, Any] = {}
        known: dict[str, str] = {}

        def look() -> dict[str, Any]:
            answer = self.http.get(f"/api/orders/{order_id}", headers=known)
            if answer.status_code in _COME_AGAIN:
                return view
            if answer.status_code != httpx.codes.NOT_MODIFIED:
                assert answer.status_code == 200, answer.text
                view.update(answer.json())
            known.update({"If-None-Match": answer.headers["ETag"], "Prefer": "wait=2"})
            return view

        return wait_for(f"{order_id} to be {status}", look, lambda found: found.get("status") == status, limit)

    def reserved_order(self, product_id: str, quantity: int = 1) -> str:
        """An order whose stock is reserved."""
        order_id = self.order(product_id, quantity)
        self.until(order_id, "awaiting_payment")
        return order_id

    def pay(self, order_id: str, kind: str = "good", **headers: str) -> httpx.Response:
        """Start a payment with a test card."""
        return self.http.post("/api/payments", json={"orderId": order_id, "card": card(kind)}, headers=headers)

    def payment(self, order_id: str) -> dict[str, Any]:
        """The order's payment as it is now."""
        answer = self.http.get(f"/api/payments/{order_id}")
        assert answer.status_code == 200, answer.text
        view: dict[str, Any] = answer.json()
        return view

    def until_payment(self, order_id: str, status: str, limit: float = LIMIT) -> dict[str, Any]:
        """Wait until the order's newest payment is in `status`."""
        return wait_for(
            f"the payment of {order_id} to be {status}",
            lambda: self.payment(order_id),
            lambda view: view["status"] == status,
            limit,
        )


class Admin(Client):
    """The seeded admin."""

    def sign_in(self) -> None:
        """Log in with the generated password."""
        password = (self.layout.secrets / "admin_password").read_text(encoding="utf-8").strip()
        self.login("admin@example.com", password)

    def add_product(self, stock: int, price_cents: int = 1_000) -> str:
        """A product of the test's own, so that tests do not take each other's stock."""
        name = f"Test product {os.urandom(4).hex()}"
        body = {"name": name, "category": "Test", "priceCents": price_cents, "stock": stock}
        answer = self.http.post("/api/products", json=body)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    def stock_now(self, product_id: str) -> int:
        """What is available, past the cache: a change of nothing tells what there is."""
        answer = self.http.post(f"/api/products/{product_id}/stock", json={"delta": 0})
        assert answer.status_code == 200, answer.text
        return int(answer.json()["stock"])
