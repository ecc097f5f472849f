"""Somebody who sends a request that failed again at once, and does not read Retry-After."""

from __future__ import annotations

from locust import task

from loadtests.outcomes import note
from loadtests.people.person import GivenUpError
from loadtests.people.shopper import Shopper

__all__ = ["Impatient"]

_ATTEMPTS = 10


class Impatient(Shopper):
    """Wants to order, whatever it costs others."""

    product = ""  # that one of them has seen: the catalogue may be what fails

    @task
    def hammer(self) -> None:
        """Up to ten requests for one order, one straight after the other."""
        with self.shopping("impatient order"):
            Impatient.product = Impatient.product or self.choose(lambda stock: stock > 100)
            body = {"productId": Impatient.product, "quantity": 1}
            note("impatient: wishes")
            for _ in range(_ATTEMPTS):
                note("impatient: requests")
                try:
                    self.call("POST", "/api/orders", 201, body=body)  # without a key: each may be an order
                except GivenUpError:
                    continue
                note("impatient: orders")
                break
        self.left_something = True  # the order, and those of which the answer was lost
