"""Deletes the decisions about orders that nobody can ask for any more. Any replica may do it, and two may at once.

A decision is kept so that a second copy of a message does not decide again. What is still `reserved` stays: the
order will be paid or cancelled. For all others a week is enough, since events.py decides about no order any more
that is as old.
"""

from datetime import UTC, datetime, timedelta
from functools import partial

from services.product.guard import Op
from services.product.store import Store
from services.shared.loops import sweep

__all__ = ["KEPT", "forget_old"]

KEPT = timedelta(days=7)
_BATCH = 1_000


async def forget_old(store: Store) -> None:
    """Delete old decisions, for ever. Raises when the database fails."""
    await sweep(_BATCH, partial(_forget_some, store))


async def _forget_some(store: Store) -> int:
    """Delete a batch; how many. After a long stop there are more than one operation has time for."""
    past = {"decidedAt": Op({"$lte": datetime.now(UTC) - KEPT}), "state": Op({"$ne": "reserved"})}
    found = await store.decisions.find(past, ["_id"]).limit(_BATCH).to_list()
    await store.decisions.delete_many({"_id": Op({"$in": [one["_id"] for one in found]}), **past})
    return len(found)
