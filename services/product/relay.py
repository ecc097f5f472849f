"""Publishes `product.changed` from the outbox that is embedded in the products.

Any replica may do it, and two may at once: the event's id is that of the entry and the version that it tells of,
so that consumers recognise a second copy, and they keep the highest version. An entry is removed after the broker
confirmed it.
"""

import logging
from datetime import UTC, datetime

from observability.logging import get_logger
from observability.spans import untraced
from services.product.guard import Op
from services.product.store import Document, Store
from services.shared.events.backlog import Waiting
from services.shared.events.broker import UNDELIVERABLE, Broker
from services.shared.events.contracts import ProductChanged
from services.shared.events.envelope import Event, MisfitError
from services.shared.events.hold_reasons import Reasons
from services.shared.loops import Loop

__all__ = ["Changes", "waiting"]

_POLL = 1.0  # seconds between looks while something is held back
_QUIET = 5.0  # seconds between looks for what another replica left behind
_BATCH = 100
_FIELDS = ["name", "imageUrl", "version", "deleted", "outbox"]
_WAITING = {"outbox.id": Op({"$exists": True})}
_log = get_logger("changes")


class Changes:
    """The publisher. `wake` it after a write, so that the change is told at once."""

    def __init__(self, store: Store, broker: Broker) -> None:
        self._store = store
        self._broker = broker
        self._loop = Loop(_QUIET)
        self._reasons = Reasons()

    def wake(self) -> None:
        """Look at once: there is something to publish."""
        self._loop.wake()

    async def run(self) -> None:
        """Publish for ever. Raises when database or broker fail."""
        await self._loop.run(self._publish_some)

    async def _publish_some(self) -> float | None:
        """Publish a batch; no wait where there are more, and some of these have left."""
        with untraced():
            found = await self._store.products.find(_WAITING, _FIELDS).limit(_BATCH).to_list()
        refused = await self._publish_each(found)
        if len(found) == _BATCH and refused < _BATCH:
            return 0.0
        return _POLL if refused else None

    async def _publish_each(self, products: list[Document]) -> int:
        """The changes of each product in their order; how many products have some left, up to all of them."""
        refused, errors = 0, list[Exception]()
        for product in products:
            try:
                for entry in product["outbox"]:
                    await self._publish(product, entry)
            except ValueError as error:  # of this change alone: it is no event
                errors.append(MisfitError(f"product {product['_id']}: {error}"))
                refused += 1
            except UNDELIVERABLE as error:  # so is every other
                errors.append(error)
                refused = len(products)
                break
        for reason, is_early in self._reasons.news(errors):
            _log.log(logging.INFO if is_early else logging.ERROR, "change.held", error=reason)
        return refused

    async def _publish(self, product: Document, entry: Document) -> None:
        event = Event(
            id=f"{entry['id']}-{product['version']}",  # told anew after another change, it is another event
            type="product.changed",
            time=entry["at"],
            data=ProductChanged(
                product_id=product["_id"],
                name=product["name"],
                image_url=product["imageUrl"],
                version=product["version"],
                deleted=product["deleted"],
            ),
        )
        await self._broker.publish(event, traceparent=entry["traceparent"], request=entry["requestId"])
        with untraced():
            await self._store.products.update_one(
                {"_id": product["_id"]}, {"$pull": {"outbox": {"id": entry["id"]}}}
            )


async def waiting(store: Store) -> Waiting:
    """How many changes the broker has not confirmed, and how long the oldest has waited."""
    counted = await store.products.aggregate(
        [
            {"$match": _WAITING},
            {"$unwind": "$outbox"},
            {"$group": {"_id": None, "events": {"$sum": 1}, "oldest": {"$min": "$outbox.at"}}},
        ]
    )
    async for one in counted:
        age = (datetime.now(UTC) - one["oldest"]).total_seconds()
        return Waiting(one["events"], max(0.0, age))
    return Waiting()
