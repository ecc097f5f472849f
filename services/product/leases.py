"""One worker at a time for each order, across replicas: a lease on the order's decision document.

The lease ends by itself when its holder dies. Work under it has half of its time, from when the lease was asked
for, so that nothing is written after another may have begun; and the decision itself is written only while the
lease is still one's own. The other half is for clocks that differ.
"""

import asyncio
import contextlib
import time
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import pymongo
from pymongo.errors import DuplicateKeyError, PyMongoError

from observability.limits import TimeLimit
from services.product.guard import Op
from services.product.states import DECIDING, Decision, State
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
        self.given_back = False

    @property
    def state(self) -> State:
        """`deciding` until something was decided."""
        state: State = self.document["state"]
        return state

    async def decide(self, state: Decision, **fields: object) -> None:
        """Write the decision, and give the lease back. Raises LeaseLostError."""
        result = await self._store.decisions.update_one(
            {"_id": self.document["_id"], "lease": self.document["lease"]},
            {"$set": {"state": state, "leaseUntil": _FREE, "decidedAt": datetime.now(UTC), **fields}},
        )
        if result.matched_count == 0:
            raise LeaseLostError(self.document["_id"])
        self.document = {**self.document, "state": state, **fields}
        self.given_back = True


@asynccontextmanager
async def leased(store: Store, order_id: str, *, is_new: bool = False) -> AsyncIterator[Leased]:
    """Hold the order's decision, which is made when there is none; waits while another worker holds it.

    is_new: most probably there is none yet.
    """
    lease = uuid.uuid4().hex
    document, asked = await _take(store, order_id, lease, is_new=is_new)
    order = Leased(store, document)
    limit = asked + _LEASE.total_seconds() / 2 - time.monotonic()
    try:
        if limit <= 0:
            raise TimeoutError("the answer that gives the lease came too late")
        # The driver looks at its limit right before it sends: a process that was stopped for a while, and goes
        # on when the lease is another's, sends nothing. A timer of asyncio's would fire after that.
        with pymongo.timeout(limit):
            async with TimeLimit(limit):
                yield order
    finally:
        if not order.given_back:
            with contextlib.suppress(PyMongoError):  # then it ends by itself
                await store.decisions.update_one(
                    {"_id": order_id, "lease": lease}, {"$set": {"leaseUntil": _FREE}}
                )


async def _take(store: Store, order_id: str, lease: str, *, is_new: bool) -> tuple[Document, float]:
    """The document, and when the lease was asked for, from when on it runs, by the monotonic clock.

    By commands that find it by its id alone: for `findAndModify` the native stand-in reads all documents.
    """
    ways = (_make, _take_over) if is_new else (_take_over, _make)
    while True:
        for way in ways:
            asked = time.monotonic()
            if taken := await way(store, order_id, lease):
                return taken, asked
        await asyncio.sleep(_WAIT)


async def _make(store: Store, order_id: str, lease: str) -> Document | None:
    now = datetime.now(UTC)
    made = {"_id": order_id, "state": DECIDING, "createdAt": now, "decidedAt": now}
    made |= {"lease": lease, "leaseUntil": now + _LEASE}
    try:
        await store.decisions.insert_one(made)
    except DuplicateKeyError:
        return None
    return made


async def _take_over(store: Store, order_id: str, lease: str) -> Document | None:
    now = datetime.now(UTC)
    taken = await store.decisions.update_one(
        {"_id": order_id, "leaseUntil": Op({"$lte": now})}, {"$set": {"lease": lease, "leaseUntil": now + _LEASE}}
    )
    if taken.matched_count == 0:  # it is not there, or another holds it
        return None
    return await store.decisions.find_one({"_id": order_id, "lease": lease})
