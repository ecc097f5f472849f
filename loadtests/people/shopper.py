"""A customer who can order, pay, and wait for what comes of it."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager

import gevent

from loadtests.cards import CARDS, card
from loadtests.outcomes import ACCEPTED, note
from loadtests.people.member import Member
from loadtests.spans import Span

__all__ = ["ENOUGH", "Shopper"]

_UNPAID = ("pending", "awaiting_payment", "payment_failed")
# The newest order, its status in the answer (one that is repeated may have moved), headers that wait for news.
_NONE: tuple[str, str, Mapping[str, str]] = ("", "", {})
ENOUGH = 20  # in stock, so that nobody else can take the last one meanwhile; the editor fills up what has less


class Shopper(Member):
    """Somebody who buys."""

    abstract = True
    patience = 30.0  # seconds until what should happen must have happened
    _placed = _NONE
    left_something = False  # orders that hold stock, perhaps: a journey did not come to its end

    def shopping(self, name: str) -> AbstractContextManager[Span]:
        """A journey of somebody who is logged in, and holds nothing from an earlier one."""
        self.stay_logged_in()
        if self.left_something:
            self._tidy_up()
        return self._shopping(name)

    @contextmanager
    def _shopping(self, name: str) -> Iterator[Span]:
        with self.journey(name) as span:
            self.left_something = True
            yield span
            self.left_something = False

    def _tidy_up(self) -> None:
        """Cancel what is unpaid: an account may hold only so much, and others want it, too."""
        with self.journey("tidy up"):
            path = f"/api/orders/user/{self.account.id}"
            for order in self.call("GET", path, name="/api/orders/user/{id}")["items"]:
                if order["status"] in _UNPAID:
                    path = f"/api/orders/{order['id']}/status"
                    body = {"status": "cancelled"}
                    self.call("PUT", path, 200, 409, name="/api/orders/{id}/status", body=body)  # 409: just paid
            self.left_something = False

    def choose(self, wanted: Callable[[int], bool]) -> str:
        """A product with as much in stock as is wanted, after a look at it."""
        items = self.call("GET", "/api/products?limit=100", name="/api/products")["items"]
        items.sort(key=lambda item: str(item["id"]))
        self.random.shuffle(items)
        product = next((str(item["id"]) for item in items if wanted(item["stock"])), "")
        if not product:
            self.waited("something in stock", time.time(), "there is nothing")
        self.call("GET", f"/api/products/{product}", name="/api/products/{id}")
        return product

    def reserve(self, span: Span) -> str:
        """An order whose stock is reserved."""
        product = self.choose(lambda stock: stock >= ENOUGH)
        order = self.order(span, product, quantity=self.random.randint(1, 2))
        self.until(order, "awaiting_payment")
        return order

    def order(self, span: Span, product: str, quantity: int) -> str:
        """Place an order; its id."""
        body = {"productId": product, "quantity": quantity}
        self.did.append(f"order {quantity} of {product}")
        placed = self.call("POST", "/api/orders", 201, body=body, **self._key())
        order: str = placed["id"]
        self._placed = order, placed["status"], self._waits()
        note(ACCEPTED)
        span.attributes.update({"shop.order.id": order, "enduser.id": self.account.id})
        return order

    def pay(self, order: str, kind: str) -> None:
        """Send a card of this kind."""
        self.did.append(f"pay with {CARDS[kind]}")
        note("payments sent")
        self.call("POST", "/api/payments", 202, body={"orderId": order, "card": card(kind)}, **self._key())

    @staticmethod
    def _key() -> dict[str, str]:
        return {"Idempotency-Key": uuid.uuid4().hex}

    def until(self, order: str, *statuses: str) -> str:
        """Wait until the order is in one of these statuses, which is returned; where a request does not wait, ask
        ever more slowly."""
        what, began, pause = f"order is {' or '.join(statuses)}", time.time(), 0.1
        _, seen, known = self._placed if order == self._placed[0] else _NONE
        self._placed = _NONE
        while seen not in statuses:
            if time.time() - began > self.patience:
                self.waited(what, began, f"still {seen} after {self.patience:.0f} s")
            name = "/api/orders/{id}" + (" (waits)" if known else "")
            answer = self.call("GET", f"/api/orders/{order}", 200, 304, name=name, **known)
            seen = answer["status"] if answer else seen
            if known and seen not in statuses and "Preference-Applied" not in self.answered:
                gevent.sleep(pause)
                pause = min(1.0, pause * 1.5)
            known = self._waits()
        self.waited(what, began)
        if "paid" in statuses or "payment_failed" in statuses:
            note("payments decided")
        return seen

    def _waits(self) -> dict[str, str]:
        """The headers of a request that is answered when what was just answered has changed."""
        return {"If-None-Match": self.answered.get("ETag", ""), "Prefer": "wait=9"}
