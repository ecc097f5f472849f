"""A customer who can order, pay, and wait for what comes of it."""

from __future__ import annotations

import random
import time
import uuid
from collections.abc import Callable
from contextlib import AbstractContextManager

import gevent

from loadtests.people.member import Member
from loadtests.spans import Span

__all__ = ["CARDS", "ENOUGH", "Shopper"]

CARDS = {"good": "4242424242424242", "declined": "4000000000000002", "slow": "4000000000000077"}
_PATIENCE = 30.0  # seconds until what should happen must have happened
ENOUGH = 20  # in stock, so that nobody else can take the last one meanwhile; the editor fills up what has less


class Shopper(Member):
    """Somebody who buys."""

    abstract = True

    def shopping(self, name: str) -> AbstractContextManager[Span]:
        """A journey of somebody who is logged in."""
        self.stay_logged_in()
        return self.journey(name)

    def choose(self, wanted: Callable[[int], bool]) -> str:
        """A product with as much in stock as is wanted, after a look at it."""
        items = self.call("GET", "/api/products?limit=100", name="/api/products")["items"]
        product: str = random.choice([item["id"] for item in items if wanted(item["stock"])])
        self.call("GET", f"/api/products/{product}", name="/api/products/{id}")
        return product

    def reserve(self, span: Span) -> str:
        """An order whose stock is reserved."""
        product = self.choose(lambda stock: stock >= ENOUGH)
        order = self.order(span, product, quantity=random.randint(1, 2))
        self.until(order, "awaiting_payment")
        return order

    def order(self, span: Span, product: str, quantity: int) -> str:
        """Place an order; its id."""
        body = {"productId": product, "quantity": quantity}
        order: str = self.call("POST", "/api/orders", 201, body=body, **self._key())["id"]
        span.attributes.update({"shop.order.id": order, "enduser.id": self.account.id})
        return order

    def pay(self, order: str, number: str) -> None:
        """Send a card."""
        card = {"number": number, "expMonth": 12, "expYear": 2040, "cvc": "123"}
        self.call("POST", "/api/payments", 202, body={"orderId": order, "card": card}, **self._key())

    @staticmethod
    def _key() -> dict[str, str]:
        return {"Idempotency-Key": uuid.uuid4().hex}

    def until(self, order: str, *statuses: str) -> str:
        """Wait until the order is in one of these statuses, which is returned; where a request does not wait, ask
        ever more slowly."""
        what, began, pause, seen = f"order is {' or '.join(statuses)}", time.time(), 0.1, ""
        known: dict[str, str] = {}
        while True:
            name = "/api/orders/{id}" + (" (waits)" if known else "")
            answer = self.call("GET", f"/api/orders/{order}", 200, 304, name=name, **known)
            seen = answer["status"] if answer else seen
            if seen in statuses:
                self.waited(what, began)
                return seen
            if time.time() - began > _PATIENCE:
                self.waited(what, began, f"still {seen} after {_PATIENCE:.0f} s")
            if known and "Preference-Applied" not in self.answered:
                gevent.sleep(pause)
                pause = min(1.0, pause * 1.5)
            known = {"If-None-Match": self.answered.get("ETag", ""), "Prefer": "wait=9"}
