"""A pause of writes at the gateway that ends by itself when whoever asked for it dies.

Time is cut in spans of ten seconds, and Nginx refuses writes in those that there is a file for
(gateway/pause.conf.template). Whoever holds the pause makes the files of the next spans again and again; without
them the pause ends, at the latest 30 s after its holder.
"""

from __future__ import annotations

import asyncio
import contextlib
import math
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from deploy.installation.errors import ShopError
from deploy.operations.backup.reach import Source

SPAN = 10  # seconds; the gateway's configuration has the same
DOOR = (
    8082  # the port of each gateway's pod by which files are made in a cluster (gateway/pause_door.conf.template)
)
_AHEAD = 3  # spans that are held at once, and the one before them
_RENEW = 5.0  # seconds
_CLOCKS = 5.0  # seconds that the clock of a gateway may differ from ours


@asynccontextmanager
async def writes_held(reach: Source) -> AsyncIterator[None]:
    """The gateway answers writes with 503 and Retry-After inside the block, and reads as always.

    Raises at the end what kept it from being renewed, or that it was late: then writes may have come in.
    """
    pause = _Pause(reach)
    async with contextlib.AsyncExitStack() as end:
        end.callback(reach.admit_writes)
        pause.hold()
        end.push_async_callback(_ended, asyncio.create_task(_renew(pause)))
        yield
        pause.check()


def taken(where: str) -> ShopError:
    """What is raised when the files there are not as we left them."""
    return ShopError(
        f"Writes are held at {where} by another backup, or one has ended this pause.", "Try again when it is over."
    )


def compare_clocks(where: str, theirs: float, asked: float) -> None:
    """Raise ShopError unless a gateway's clock (Unix time) is near ours: the spans are those of its clock.

    asked: our time when it was asked, so that its answer lies between then and now.
    """
    if not asked - _CLOCKS <= theirs <= time.time() + _CLOCKS:
        raise ShopError(
            f"The clock of {where} differs from ours by {theirs - asked:.0f} s.",
            "The spans of a pause are told by clocks: set them.",
        )


async def _ended(renewal: asyncio.Task[None]) -> None:
    renewal.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await renewal


async def _renew(pause: _Pause) -> None:
    while True:
        await asyncio.sleep(_RENEW)
        pause.hold()  # not in a thread, which would go on after a cancellation


class _Pause:
    def __init__(self, reach: Source) -> None:
        self._reach = reach
        self._until = math.inf  # Unix time

    def hold(self) -> None:
        """Hold the present span, the next ones, and for a clock that is behind ours the one before."""
        now = int(time.time()) // SPAN
        self._reach.hold_writes(range(now - 1, now + _AHEAD))
        self.check()
        self._until = (now + _AHEAD) * SPAN - _CLOCKS

    def check(self) -> None:
        """Raise ShopError when it may have been over for a while: this process, or a gateway, was too slow."""
        if time.time() > self._until:
            raise ShopError("The pause of writes was over before it was renewed.", "Try again.")
