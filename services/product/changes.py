"""Publishes `product.changed` from the outbox that is embedded in the products.

Any replica may do it, and two may at once: the event's id is that of the entry and the version that it tells of,
so that consumers recognise a second copy, and they keep the highest version. An entry is removed after the broker
confirmed it.
"""

import asyncio
import contextlib

from observability.tracing import untraced
from services.product.store import Document, Store
from services.shared.broker import Broker
from services.shared.events import Event

__all__ = ["Changes"]

_POLL = 1.0  # seconds between looks for what another replica left behind
_BATCH = 100
_TOLD = ["name", "imageUrl", "version", "deleted", "outbox"]


class Changes:
    """The publisher. `wake` it after a write, so that the change is told at once."""

    def __init__(self, store: Store, broker: Broker) -> None:
        self._store = store
        self._broker = broker
        self._wake = asyncio.Event()

    def wake(self) -> None:
        """There is something to publish."""
        self._wake.set()

    async def run(self) -> None:
        """Publish for ever. Raises when database or broker fail."""
        while True:
            self._wake.clear()
            with untraced():
                waiting = self._store.products.find({"outbox.id": {"$exists": True}}, _TOLD)
                found = await waiting.limit(_BATCH).to_list()
            for product in found:
                for entry in product["outbox"]:
                    await self._publish(product, entry)
            task = asyncio.current_task()
            if task is not None and task.cancelling():  # the driver waits by wait_for, and may have lost it
                raise asyncio.CancelledError
            if len(found) < _BATCH:
                with contextlib.suppress(TimeoutError):  # not wait_for: Python 3.11's can lose a cancellation
                    async with asyncio.timeout(_POLL):
                        await self._wake.wait()

    async def _publish(self, product: Document, entry: Document) -> None:
        event = Event(
            id=f"{entry['id']}-{product['version']}",  # told anew after another change, it is another event
            type="product.changed",
            time=entry["at"],
            data={
                "productId": product["_id"],
                "name": product["name"],
                "imageUrl": product["imageUrl"],
                "version": product["version"],
                "deleted": product["deleted"],
            },
        )
        await self._broker.publish(event, traceparent=entry["traceparent"], request=entry["requestId"])
        with untraced():
            await self._store.products.update_one(
                {"_id": product["_id"]}, {"$pull": {"outbox": {"id": entry["id"]}}}
            )
