"""Orders, and mostly pays."""

from __future__ import annotations

import random
import time
import uuid
from collections.abc import Callable
from contextlib import AbstractContextManager

import gevent
from locust import task

from loadtests.people.member import Member
from loadtests.spans import Span

__all__ = ["Buyer"]

_CARDS = {"good": "4242424242424242", "declined": "4000000000000002", "slow": "4000000000000077"}
_TWICE = "4000000000000341"  # the provider calls back twice and out of order
_PATIENCE = 30.0  # seconds until what should happen must have happened
_ENOUGH = 20  # in stock, so that nobody else can take the last one meanwhile; the editor fills up what has less


class Buyer(Member):
    """A customer."""

    @task(6)
    def checkout(self) -> None:
        """Look, order, pay."""
        with self.shopping("checkout") as span:
            order = self.reserve(span)
            self.pay(order, random.choices([_CARDS["good"], _CARDS["slow"], _TWICE], [8, 1, 1])[0])
            self.until(order, "paid")

    @task(2)
    def checkout_with_a_declined_card(self) -> None:
        """The first card is declined, the second one is good."""
        with self.shopping("checkout after a declined card") as span:
            order = self.reserve(span)
            self.pay(order, _CARDS["declined"])
            self.until(order, "payment_failed")
            self.pay(order, _CARDS["good"])
            self.until(order, "paid")

    @task(1)
    def order_too_much(self) -> None:
        """More than there is."""
        with self.shopping("order of more than there is") as span:
            product = self.choose(lambda stock: _ENOUGH <= stock < 100)
            order = self.order(span, product, quantity=100)
            self.until(order, "rejected")

    @task(1)
    def change_ones_mind(self) -> None:
        """Order, and cancel."""
        with self.shopping("cancelled order") as span:
            order = self.reserve(span)
            path = f"/api/orders/{order}/status"
            self.call("PUT", path, name="/api/orders/{id}/status", body={"status": "cancelled"})
            self.until(order, "cancelled")

    @task(3)
    def look_back(self) -> None:
        """Past orders; a mistyped one is not there."""
        with self.shopping("history"):
            self.call("GET", f"/api/orders/user/{self.account.id}", name="/api/orders/user/{id}")
            self.call("GET", "/api/orders/mistyped", 404)

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
        product = self.choose(lambda stock: stock >= _ENOUGH)
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

    def until(self, order: str, status: str) -> None:
        """Wait until the order is in this status; where a request does not wait, ask ever more slowly."""
        began, pause, seen = time.time(), 0.1, ""
        known: dict[str, str] = {}
        while True:
            name = "/api/orders/{id}" + (" (waits)" if known else "")
            answer = self.call("GET", f"/api/orders/{order}", 200, 304, name=name, **known)
            seen = answer["status"] if answer else seen
            if seen == status:
                return self.waited(f"order is {status}", began)
            if time.time() - began > _PATIENCE:
                return self.waited(f"order is {status}", began, f"still {seen} after {_PATIENCE:.0f} s")
            if known and "Preference-Applied" not in self.answered:
                gevent.sleep(pause)
                pause = min(1.0, pause * 1.5)
            known = {"If-None-Match": self.answered.get("ETag", ""), "Prefer": "wait=9"}
