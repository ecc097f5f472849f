"""Reads what MongoDB holds: products, what orders hold of them, and the decisions about orders."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from pymongo import AsyncMongoClient
from pymongo.asynchronous.database import AsyncDatabase

from deploy.operations.asking import asking
from deploy.operations.facts import Delayed, Lines
from deploy.operations.rules import LATE_SECONDS

Document = dict[str, Any]


@dataclass(frozen=True)
class Shelves:
    """All products at one time: what is available of each, what each order holds, events that are late."""

    available: dict[str, int]
    held: dict[str, Lines]
    delayed: list[Delayed]


class Stock:
    """The product service's database."""

    def __init__(self, database: AsyncDatabase[Document]) -> None:
        self._database = database

    async def shelves(self) -> Shelves:
        """Look through all products once. What orders hold is bounded by the time that they may stay unpaid."""
        available: dict[str, int] = {}
        held: defaultdict[str, list[tuple[str, int]]] = defaultdict(list)
        delayed = []
        late = datetime.now(UTC) - timedelta(seconds=LATE_SECONDS)
        fields = {"available": True, "reservations": True, "outbox": True}
        with asking("MongoDB"):
            async for product in self._database["products"].find({}, fields):
                available[product["_id"]] = product["available"]
                for line in product.get("reservations", []):
                    held[line["orderId"]].append((product["_id"], line["quantity"]))
                for event in product.get("outbox", []):
                    if event["at"] < late:
                        since = f"{event['at']:%F %T}"
                        delayed.append(Delayed(f"product {product['_id']}", "product.changed", event["id"], since))
        return Shelves(available, {order: tuple(sorted(lines)) for order, lines in held.items()}, delayed)

    async def decisions(self, order_ids: Collection[str]) -> dict[str, str]:
        """What became of the stock of these orders."""
        with asking("MongoDB"):
            found = self._database["decisions"].find({"_id": {"$in": list(order_ids)}}, {"state": True})
            return {document["_id"]: document["state"] async for document in found}


@asynccontextmanager
async def connected(url: str) -> AsyncIterator[Stock]:
    """The database that the URL names."""
    client: AsyncMongoClient[Document] = AsyncMongoClient(
        url, tz_aware=True, serverSelectionTimeoutMS=5_000, timeoutMS=30_000
    )
    async with client:
        yield Stock(client.get_default_database())
