"""Opens a flash sale: one product, and fewer pieces of it than people who want one."""

from __future__ import annotations

import uuid

from gevent.event import AsyncResult
from locust import constant, task

from loadtests import settings
from loadtests.people.admin import Admin

__all__ = ["PIECES", "SALE", "WAITING", "Seller"]

PIECES = 100
SALE: AsyncResult[str] = AsyncResult()
"""The id of the product, when it is on sale."""
WAITING: set[int] = set()
"""The numbers of those who wait for it."""


class Seller(Admin):
    """There is one."""

    wait_time = constant(1)

    @task
    def open(self) -> None:
        """Put the product on sale, once, when everybody is there."""
        if SALE.ready() or len(WAITING) < settings.SCENARIO.peak.users - 1:
            return
        self.stay_logged_in()
        with self.journey("open the sale"):
            body = {
                "name": f"Flash sale {uuid.uuid4().hex[:8]}",
                "category": "sale",
                "priceCents": 100,
                "stock": PIECES,
            }
            SALE.set(self.call("POST", "/api/products", 201, body=body)["id"])
