"""Looks, and buys nothing."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from locust import task

from loadtests.people.person import Person

__all__ = ["Visitor"]


class Visitor(Person):
    """Browses: the list, a search, a category, details."""

    @task(4)
    def browse(self) -> None:
        """The first page, then two or three products."""
        with self.journey("browse"):
            items = self.call("GET", "/api/products?limit=20", name="/api/products")["items"]
            for item in self.random.sample(items, k=min(len(items), self.random.randint(2, 3))):
                self.look_at(item)

    @task(2)
    def search(self) -> None:
        """For the last word of a product's name."""
        with self.journey("search"):
            items = self.call("GET", "/api/products?limit=50", name="/api/products")["items"]
            word = self.pick(items)["name"].split()[-1]
            found = self.call("GET", f"/api/products?q={quote(word)}", name="/api/products?q=")["items"]
            if found:
                self.look_at(found[0])

    @task(2)
    def category(self) -> None:
        """All categories, then the cheapest in one of them."""
        with self.journey("category"):
            categories = self.call("GET", "/api/products/categories")["items"]
            name = self.pick(categories)["name"]
            path = f"/api/products?category={quote(name)}&sort=price"
            items = self.call("GET", path, name="/api/products?category=")["items"]
            if items:
                self.look_at(items[0])

    @task(1)
    def old_link(self) -> None:
        """A product that is no more."""
        with self.journey("old link"):
            self.call("GET", "/api/products/gone", 404, name="/api/products/gone")

    def look_at(self, item: dict[str, Any]) -> None:
        """A product's page."""
        self.call("GET", f"/api/products/{item['id']}", name="/api/products/{id}")
