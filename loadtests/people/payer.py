"""Knows what to buy, and pays with a good card."""

from __future__ import annotations

from locust import task

from loadtests.people.shopper import Shopper

__all__ = ["Payer"]


class Payer(Shopper):
    """The customer that every shop wants."""

    @task
    def checkout(self) -> None:
        """Look, order, pay."""
        with self.shopping("checkout") as span:
            order = self.reserve(span)
            self.pay(order, "good")
            self.until(order, "paid")
