"""The documents of the product service, and the client that reaches them.

products        _id, name, description, category, priceCents, currency, imageUrl, createdAt, updatedAt, deleted,
                specifications  [{name, value}], deliveryDays; products from before may have neither
                version     grows with each change
                tokens      case-folded words of name and category, for search
                available   what can be reserved: on hand less reserved
                reservations  [{orderId, quantity}] held for orders that are not paid yet
                sold        committed to paid orders since the beginning
                addedAs     digest of the request that added it, where that had an Idempotency-Key
                stockKeys   [{id, delta}] the last changes of stock that had one
                outbox      [{id, data, at, traceparent, requestId}] changes not yet published (relay.py)
decisions       one document an order: what became of its stock (reservations.py), for a while (housekeeping.py)
                decidedAt   the time of the last step; of the beginning, while it is not decided

Each write is one guarded update of one document: no transaction and no replica set is needed.
"""

from pymongo import ASCENDING, DESCENDING, AsyncMongoClient, IndexModel
from pymongo.errors import PyMongoError

from observability.mongo import instrument_pymongo
from services.product.connections import CheckedPool, wait_in_one_task
from services.product.guard import Document, Guarded

__all__ = ["LOW_STOCK", "STORE_ERRORS", "Document", "Store"]

STORE_ERRORS = (PyMongoError,)
LOW_STOCK = 20
"""Of a product with so many or fewer, few are left: customers and admins are told."""


class Store:
    """The database of the product service. Every operation has 3 s."""

    def __init__(self, url: str) -> None:
        wait_in_one_task()
        listeners = instrument_pymongo("mongodb")
        self._client: AsyncMongoClient[Document] = AsyncMongoClient(
            url,
            event_listeners=listeners,
            tz_aware=True,
            _pool_class=CheckedPool,
            maxPoolSize=20,
            serverSelectionTimeoutMS=1000,
            connectTimeoutMS=2000,
            timeoutMS=3000,
            # Every 10 s and after each failure, not by a request that waits at the server for ever: that one
            # looks twice a second whether it was cancelled.
            serverMonitoringMode="poll",
            retryWrites=False,  # a stand-alone server has none; our writes may be repeated anyway
            w="majority",
            journal=True,
        )
        database = self._client.get_default_database()
        self.products = Guarded(database["products"])
        self.decisions = Guarded(database["decisions"])

    async def create_indexes(self) -> None:
        """Make the indexes that are not there yet."""
        newest = [("createdAt", DESCENDING), ("_id", DESCENDING)]
        await self.products.create_indexes(
            [
                IndexModel(newest),
                IndexModel([("category", ASCENDING), *newest]),
                IndexModel([("priceCents", ASCENDING), ("_id", ASCENDING)]),
                IndexModel([("name", ASCENDING), ("_id", ASCENDING)]),
                IndexModel([("tokens", ASCENDING)]),
                # only the few products of which few are left: an index of all would change with every order
                IndexModel(
                    [("available", ASCENDING), ("_id", ASCENDING)],
                    partialFilterExpression={"available": {"$lte": LOW_STOCK}},
                ),
                # sparse: only the products with something in these arrays
                IndexModel([("outbox.id", ASCENDING)], sparse=True),
                IndexModel([("reservations.orderId", ASCENDING)], sparse=True),
                IndexModel([("updatedAt", ASCENDING)]),
            ]
        )
        await self.decisions.create_indexes([IndexModel([("decidedAt", ASCENDING)], sparse=True)])

    async def ping(self) -> None:
        """Raises when the database does not answer."""
        await self._client.admin.command("ping")

    async def close(self) -> None:
        """Close all connections."""
        await self._client.close()
