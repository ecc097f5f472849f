"""The admin, who looks after the catalogue."""

from __future__ import annotations

from locust import between, task

from loadtests.people.admin import Admin

__all__ = ["Editor"]

_EDITED = ("name", "description", "category", "imageUrl", "specifications", "deliveryDays")
_LOW, _MORE = 20, 79  # what is filled up, and by how much: never to the 100 that a buyer may ask for in vain


class Editor(Admin):
    """There is one."""

    wait_time = between(3, 6)

    @task(2)
    def edit(self) -> None:
        """Raise a price, and lower it again: the catalogue ends as it began."""
        self.stay_logged_in()
        with self.journey("edit a product"):
            items = self.call("GET", "/api/products?limit=100", name="/api/products")["items"]
            path = f"/api/products/{self.pick(items)['id']}"
            product = self.call("GET", path, name="/api/products/{id}")  # the list leaves out a part of it
            fields = {key: product[key] for key in _EDITED}
            for price in (product["priceCents"] + 100, product["priceCents"]):
                self.call("PUT", path, name="/api/products/{id}", body={**fields, "priceCents": price})

    @task(1)
    def fill_up(self) -> None:
        """What is nearly sold out gets new stock."""
        self.stay_logged_in()
        with self.journey("fill up"):
            items = self.call("GET", "/api/products?limit=100", name="/api/products")["items"]
            for product in items:
                if product["stock"] < _LOW:
                    path = f"/api/products/{product['id']}/stock"
                    self.call("POST", path, name="/api/products/{id}/stock", body={"delta": _MORE})
