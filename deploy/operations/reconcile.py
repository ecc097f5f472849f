"""Reconciliation: do all stores tell the same of every order, while the system is busy?

What is under way disagrees for a moment. So whatever disagrees at first sight is looked at again until it comes
right, or has not moved for the settle time although no event from before is on its way any more.
"""

from __future__ import annotations

import asyncio
import math
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass

from deploy.installation.layout import Layout
from deploy.operations.books import Addresses, opened
from deploy.operations.facts import Disagreement

_INTERVAL = 0.5  # seconds between looks
_AT_MOST = 6  # settle times altogether: then also what still moves is told

Look = Callable[[Collection[Disagreement]], Awaitable[set[Disagreement]]]


@dataclass(frozen=True)
class Result:
    """How many orders were compared, and what the stores disagree about."""

    orders: int
    disagreements: list[Disagreement]


def reconcile(layout: Layout, settle_seconds: float) -> Result:
    """Compare all stores of an installation. Raises CouldNotAskError when one of them does not answer."""
    return asyncio.run(_compare(Addresses.of(layout), settle_seconds))


async def _compare(addresses: Addresses, settle_seconds: float) -> Result:
    async with opened(addresses) as books:
        orders, suspects = await books.look()
        settled = await settle(suspects, books.look_again, books.empty, settle_seconds)
        return Result(orders, sorted(settled))


async def settle(
    suspects: set[Disagreement],
    look_again: Look,
    empty: Callable[[], Awaitable[Mapping[str, bool]]],
    seconds: float,
    *,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
) -> set[Disagreement]:
    """The disagreements that stay unchanged for `seconds` after the last event that could mend them was taken.

    Events wait in queues: what lay there when a disagreement was seen has left when the queue is empty later.
    One that changes begins anew; one that comes right is forgotten.
    """
    began = now = clock()
    since = dict.fromkeys(suspects, began)
    drained: dict[Disagreement, float] = {}  # when every place had been empty since the disagreement was seen
    emptied: defaultdict[str, float] = defaultdict(lambda: -math.inf)  # when a place was seen to be empty last
    while since and now - began < _AT_MOST * seconds:
        await sleep(_INTERVAL)
        now = clock()
        for place, is_empty in (await empty()).items():
            emptied[place] = now if is_empty else emptied[place]
        since = {found: since.get(found, now) for found in await look_again(since)}
        all_empty = min(emptied.values())
        drained = {found: drained.get(found, now) for found, first in since.items() if all_empty >= first}
        if all(now - drained.get(found, now) >= seconds for found in since):
            break
    return set(since)
