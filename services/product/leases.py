"""One worker at a time for each order, across replicas: a lease on the order's decision document.

The lease ends by itself when its holder dies. Work under it has half of its time, so that nothing is written
after another may have begun; and the decision itself is written only while the lease is still one's own.
"""

import asyncio
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

from pymongo import ReturnDocument
from pymongo.errors import DuplicateKeyError

from services.product.store import Document, Store

__all__ = ["LeaseLostError", "Leased", "leased"]

_LEASE = timedelta(seconds=8)
_WAIT = 0.05  # seconds between tries while another holds it
_FREE = datetime(2000, 1, 1, tzinfo=UTC)


class LeaseLostError(Exception):
    """Another worker took over; what was decided here was not written."""


class Leased:
    """The decision document of one order while we hold it."""

    def __init__(self, store: Store, document: Document) -> None:
        self._store = store
        self.document = document

    @property
    def state(self) -> str:
        """`deciding` until something was decided."""
        return str(self.document["state"])

    async def decide(self, state: str, **fields: object) -> None:
        """Write the decision, and give the lease back. Raises LeaseLostError."""
        result = await self._store.decisions.update_one(
            {"_id": self.document["_id"], "lease": self.document["lease"]},
            {"$set": {"state": state, "leaseUntil": _FREE, "decidedAt": datetime.now(UTC), **fields}},
        )
        if result.matched_count == 0:
            raise LeaseLostError(self.document["_id"])
        self.document = {**self.document, "state": state, **fields}


@asynccontextmanager
async def leased(store: Store, order_id: str) -> AsyncIterator[Leased]:
    """Hold the order's decision, which is made when there is none; waits while another worker holds it."""
    lease = uuid.uuid4().hex
    document = await _take(store, order_id, lease)
    try:
        async with asyncio.timeout(_LEASE.total_seconds() / 2):
            yield Leased(store, document)
    finally:
        await store.decisions.update_one({"_id": order_id, "lease": lease}, {"$set": {"leaseUntil": _FREE}})


async def _take(store: Store, order_id: str, lease: str) -> Document:
    while True:
        now = datetime.now(UTC)
        try:
            taken: Document | None = await store.decisions.find_one_and_update(
                {"_id": order_id, "leaseUntil": {"$lte": now}},
                {
                    "$set": {"lease": lease, "leaseUntil": now + _LEASE},
                    "$setOnInsert": {"state": "deciding", "createdAt": now},
                },
                upsert=True,
                return_document=ReturnDocument.AFTER,
            )
        except DuplicateKeyError:  # it is there, and held
            await asyncio.sleep(_WAIT)
        else:
            assert taken is not None  # an upsert that returns what is there after it
            return taken
