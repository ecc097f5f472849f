"""What the product service's tests share: products and their books, a recording broker, a mortal store."""

import copy
import itertools
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, cast

from pymongo.errors import AutoReconnect

from observability import request_id
from observability.spans import current_traceparent
from services.product import commands
from services.product.commands import new_document
from services.product.schemas import NewProductRequest, StockRequest
from services.product.store import Document, Store
from services.shared.events.broker import Broker
from services.shared.events.envelope import Event, new_id

_PAST = datetime(2001, 1, 1, tzinfo=UTC)


class Shop:
    """Puts products in, and reads what became of them."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._put_in: dict[str, int] = {}
        self._minutes = itertools.count()

    async def product(self, stock: int = 10, *, at: datetime | None = None, **fields: Any) -> str:
        """A new product's id."""
        product = NewProductRequest(
            **{"name": "Lamp", "category": "Home", "priceCents": 100, "stock": stock, **fields}
        )
        document = new_document(new_id(), product, "EUR", at or datetime.now(UTC).replace(microsecond=0))
        document["outbox"] = []
        await self.store.products.insert_one(document)
        self._put_in[document["_id"]] = stock
        return str(document["_id"])

    async def find(self, product_id: str) -> Document:
        """The document of a product."""
        document = await self.store.products.find_one({"_id": product_id})
        assert document is not None
        return document

    async def books(self, product_id: str) -> tuple[int, int, int]:
        """(available, reserved, sold), which always sum up to what was put in."""
        document = await self.find(product_id)
        reserved = sum(line["quantity"] for line in document["reservations"])
        books = document["available"], reserved, document["sold"]
        assert min(books) >= 0
        assert sum(books) == self._put_in[product_id]
        return books

    async def state(self, order_id: str) -> str | None:
        """What is written about an order."""
        document = await self.store.decisions.find_one({"_id": order_id})
        return None if document is None else str(document["state"])

    async def lease_ends(self, order_id: str, lease: str | None = None) -> None:
        """Time passes, until whoever holds the order's lease (or that one `lease`) holds it no more."""
        which = {"_id": order_id} if lease is None else {"_id": order_id, "lease": lease}
        await self.store.decisions.update_one(which, {"$set": {"leaseUntil": _PAST}})


async def add_product(store: Store, product: NewProductRequest) -> str:
    """An admin adds it; its id."""
    added, _ = await commands.add_product(store=store, product=product, currency="EUR", user_id="u-1", key=None)
    return added.id


async def change_stock(store: Store, product_id: str, delta: int) -> None:
    """An admin does."""
    request = StockRequest(delta=delta)
    await commands.change_stock(store=store, product_id=product_id, request=request, user_id="u-1", key=None)


def lines(*pairs: tuple[str, int]) -> list[Document]:
    """The lines of an order."""
    return [{"productId": product_id, "quantity": quantity} for product_id, quantity in pairs]


@dataclass(frozen=True)
class Sent:
    """An event with what it was published under."""

    event: Event
    traceparent: str
    request: str


@dataclass
class FakeBroker:
    """Records what is published. `failures`: how many publishes fail first."""

    failures: int = 0
    sent: list[Sent] = field(default_factory=list)
    before: list[Any] = field(default_factory=list)

    async def publish(self, event: Event, *, traceparent: str = "", request: str = "") -> None:
        """As Broker.publish."""
        for look in self.before:
            await look(event)
        if self.failures:
            self.failures -= 1
            raise ConnectionError("no broker")
        kept = Sent(event, traceparent or current_traceparent(), request or request_id.current())
        self.sent.append(kept)

    @property
    def events(self) -> list[tuple[str, Document]]:
        """(type, data) of each."""
        return [(sent.event.type, sent.event.data.model_dump()) for sent in self.sent]

    @property
    def as_broker(self) -> Broker:
        """With the type that the code under test asks for."""
        return cast(Broker, self)


class Mortal:
    """The Store of a worker that dies at its n-th write: before the database got it, or before it answered.

    dies_at: counted from 1; 0 is never. lease: the newest one that it asked for.
    """

    def __init__(self, store: Store, *, dies_at: int, written: bool) -> None:
        self._left = dies_at
        self._written = written
        self.dead = False
        self.lease = ""
        self.store = copy.copy(store)
        self.store.products = self._mortal(store.products)
        self.store.decisions = self._mortal(store.decisions)

    def _mortal(self, collection: Any) -> Any:
        worker = self

        class Collection:
            find = collection.find

            async def find_one(self, *args: Any) -> Any:
                worker.breathe()
                return await collection.find_one(*args)

            async def insert_one(self, document: Any) -> Any:
                worker.lease = document["lease"]
                return await worker.write(collection.insert_one, document)

            async def update_one(self, *args: Any, **options: Any) -> Any:
                worker.lease = args[1].get("$set", {}).get("lease", worker.lease)
                return await worker.write(collection.update_one, *args, **options)

        return Collection()

    def breathe(self) -> None:
        """Raises when dead."""
        if self.dead:
            raise AutoReconnect("dead")

    async def write(self, do: Any, *args: Any, **options: Any) -> Any:
        """One write."""
        self.breathe()
        self._left -= 1
        self.dead = self._left == 0
        if not self._written:
            self.breathe()
        result = await do(*args, **options)
        self.breathe()
        return result
