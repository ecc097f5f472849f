"""Somebody whose card is declined, and who wants to be told."""

from __future__ import annotations

import time

import gevent
from locust import task

from loadtests.outcomes import note
from loadtests.people.shopper import Shopper

__all__ = ["Decliner"]


class Decliner(Shopper):
    """Sends cards that are declined, and looks at what is said of each."""

    @task(3)
    def another_card(self) -> None:
        """The first card is declined, the second one is good."""
        with self.shopping("declined, then paid") as span:
            order = self.reserve(span)
            self.decline(order, attempts=1)
            self.pay(order, "good")
            self.until(order, "paid")

    @task(2)
    def give_in(self) -> None:
        """Two cards are declined; the order is cancelled."""
        with self.shopping("declined twice, then cancelled") as span:
            order = self.reserve(span)
            self.decline(order, attempts=1)
            self.decline(order, attempts=2)
            path = f"/api/orders/{order}/status"
            self.call("PUT", path, name="/api/orders/{id}/status", body={"status": "cancelled"})
            self.until(order, "cancelled")

    @task(1)
    def silence(self) -> None:
        """A good card of which the provider does not tell."""
        with self.shopping("paid in silence") as span:
            order = self.reserve(span)
            self.pay(order, "silent")
            self.until(order, "paid")

    def decline(self, order: str, attempts: int) -> None:
        """Send a card that is declined. Order and payment must say so, and why; no attempt is lost."""
        note("declined cards: sent")
        self.pay(order, "declined")
        if attempts == 1:
            self.until(order, "payment_failed")  # with a second card it stays so
        began, right = time.time(), ("failed", "card_declined", attempts)
        while (found := self._told(order)) != right and time.time() - began < self.patience:
            gevent.sleep(0.5)
        self.waited("a declined card is told", began, "" if found == right else f"{found} instead of {right}")
        note("payments decided", int(attempts > 1))
        note("declined cards: told")

    def _told(self, order: str) -> tuple[str, str, int]:
        told = self.call("GET", f"/api/payments/{order}", name="/api/payments/{id} (waits)")
        return told["status"], told["reason"], len(told["attempts"])
