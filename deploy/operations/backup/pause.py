"""A pause of writes at the gateway that ends by itself when whoever asked for it dies.

Time is cut in spans of ten seconds, and Nginx refuses writes in those that there is a file for
(gateway/pause.conf.template). Whoever holds the pause makes the files of the next spans again and again; without
them the pause ends, at the latest 30 s after its holder.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from deploy.operations.backup.reach import Source

SPAN = 10  # seconds; the gateway's configuration has the same
DOOR = (
    8082  # the port of each gateway's pod by which files are made in a cluster (gateway/pause_door.conf.template)
)
_AHEAD = 3  # spans that are held at once
_RENEW = 5.0  # seconds


@asynccontextmanager
async def writes_held(reach: Source) -> AsyncIterator[None]:
    """The gateway answers writes with 503 and Retry-After inside the block, and reads as always.

    Raises at the end what kept it from being renewed: then writes may have come in.
    """
    _hold(reach)
    renewal = asyncio.create_task(_renew(reach))
    try:
        yield
    finally:
        renewal.cancel()
        try:
            with contextlib.suppress(asyncio.CancelledError):
                await renewal
        finally:
            reach.admit_writes()


async def _renew(reach: Source) -> None:
    while True:
        await asyncio.sleep(_RENEW)
        _hold(reach)  # not in a thread, which would go on after a cancellation


def _hold(reach: Source) -> None:
    now = int(time.time()) // SPAN
    reach.hold_writes(range(now, now + _AHEAD))
