"""Wants one piece of what is on sale."""

from __future__ import annotations

import gevent
from locust import constant, task

from loadtests.outcomes import note
from loadtests.people.seller import SALE, WAITING
from loadtests.people.shopper import Shopper

__all__ = ["Hunter"]


class Hunter(Shopper):
    """Orders at the moment at which the sale opens, and pays if there is still a piece."""

    wait_time = constant(1)
    patience = 120.0  # 500 orders of one product are decided one after the other
    has_tried = False
    tried = 0

    @task
    def buy(self) -> None:
        """Try once."""
        if self.has_tried:
            return
        self.stay_logged_in()
        WAITING.add(self.number)
        product = str(SALE.get())
        self.has_tried = True
        try:
            self.hunt(product)
        finally:
            Hunter.tried += 1
            if Hunter.tried == len(WAITING) and self.environment.runner:
                gevent.spawn_later(1, self.environment.runner.quit)

    def hunt(self, product: str) -> None:
        """Order, and pay if there was a piece left."""
        with self.shopping("flash sale") as span:
            order = self.order(span, product, quantity=1)
            if self.until(order, "awaiting_payment", "rejected") == "rejected":
                note("flash sale: sold out")
                return
            self.pay(order, "good")
            self.until(order, "paid")
            note("flash sale: bought")
