"""Publishes again what a lost queue may have held: recent decisions about stock, and recent changes of products.

There is no list of what was sent: both are read from the documents, which are written before they are told. They
are read a few at a time, because six hours of a busy shop are more than a process should hold.
"""

import asyncio
import uuid
from collections.abc import Set as AbstractSet
from datetime import UTC, datetime, timedelta

from observability.logging import get_logger
from observability.spans import untraced
from services.product.events import stock_event
from services.product.guard import Op
from services.product.store import Store
from services.shared.events.broker import Broker
from services.shared.events.topology import KEPT_HOURS
from services.shared.loops import rest

__all__ = ["again", "replay"]

_LOOK = 5.0  # seconds between looks
_AT_ONCE = 50  # decisions
_STATES = {"stock.reserved": "reserved", "stock.rejected": "rejected"}
_CHANGED = "product.changed"
_NAMESPACE = uuid.UUID("0d8f3a35-5c1c-4a59-9b1e-6d0b4f0f8f1c")  # of the ids of changes that are told again
_log = get_logger("replay")


async def replay(store: Store, broker: Broker) -> None:
    """Do what is asked for, for ever. Raises when database or broker fail; it is asked again then."""
    while True:
        async with broker.asked_again("product") as types:
            if types:
                with untraced():
                    count = await again(store, broker, types)
                _log.info("replay.done", event_types=sorted(types), events=count)
        await rest(_LOOK)


async def again(store: Store, broker: Broker, types: AbstractSet[str]) -> int:
    """Publish the recent events of these types again, or see to it that they will be; how many."""
    since = datetime.now(UTC) - timedelta(hours=KEPT_HOURS)
    count = await _decisions(store, broker, [_STATES[kind] for kind in types if kind in _STATES], since)
    return count + (await _changes(store, since) if _CHANGED in types else 0)


async def _decisions(store: Store, broker: Broker, states: list[str], since: datetime) -> int:
    """An order that is paid or cancelled waits for no decision any more."""
    wanted = {"decidedAt": Op({"$gt": since}), "state": Op({"$in": states})}
    count = 0
    async with store.decisions.find(wanted, ["state", "short"], batch_size=_AT_ONCE) as found:
        while decided := await found.to_list(_AT_ONCE):
            events = (stock_event(one["_id"], one["state"], one.get("short", [])) for one in decided)
            await asyncio.gather(*(broker.publish(event) for event in events))
            count += len(decided)
    return count


async def _changes(store: Store, since: datetime) -> int:
    """Put them back into the outbox. Consumers know a version that they have."""
    now = datetime.now(UTC)
    count = 0
    async with store.products.find({"updatedAt": Op({"$gt": since})}, ["version"]) as changed:
        async for product in changed:
            name = f"{product['_id']}:{product['version']}"
            entry = {"id": str(uuid.uuid5(_NAMESPACE, name)), "at": now, "traceparent": "", "requestId": ""}
            await store.products.update_one(
                {"_id": product["_id"], "outbox.id": Op({"$ne": entry["id"]})}, {"$push": {"outbox": entry}}
            )
            count += 1
    return count
