"""Orders, and mostly pays."""

from __future__ import annotations

from locust import task

from loadtests.people.shopper import ENOUGH, Shopper

__all__ = ["Buyer"]


class Buyer(Shopper):
    """A customer."""

    @task(12)
    def checkout(self) -> None:
        """Look, order, pay."""
        with self.shopping("checkout") as span:
            order = self.reserve(span)
            self.pay(order, self.random.choices(["good", "slow", "twice"], [8, 1, 1])[0])
            self.until(order, "paid")

    @task(4)
    def checkout_with_a_declined_card(self) -> None:
        """The first card is declined, the second one is good."""
        with self.shopping("checkout after a declined card") as span:
            order = self.reserve(span)
            self.pay(order, "declined")
            self.until(order, "payment_failed")
            self.pay(order, "good")
            self.until(order, "paid")

    @task(1)  # seldom: chance alone must not look like a shop that is sold out
    def order_too_much(self) -> None:
        """More than there is."""
        with self.shopping("order of more than there is") as span:
            product = self.choose(lambda stock: ENOUGH <= stock < 100)
            order = self.order(span, product, quantity=100)
            self.until(order, "rejected")

    @task(2)
    def change_ones_mind(self) -> None:
        """Order, and cancel."""
        with self.shopping("cancelled order") as span:
            order = self.reserve(span)
            path = f"/api/orders/{order}/status"
            self.call("PUT", path, name="/api/orders/{id}/status", body={"status": "cancelled"})
            self.until(order, "cancelled")

    @task(6)
    def look_back(self) -> None:
        """Past orders; a mistyped one is not there."""
        with self.shopping("history"):
            self.call("GET", f"/api/orders/user/{self.account.id}", name="/api/orders/user/{id}")
            self.call("GET", "/api/orders/mistyped", 404)
