"""Hears which orders move, on whatever replica, and wakes the requests that wait for one of them."""

import asyncio
from contextlib import suppress

from observability.logging import get_logger
from services.order.statements import CHANNEL
from services.shared.driver import connect
from services.shared.standby import Standby

__all__ = ["hear"]

_ASKS = 10.0  # seconds between two questions whether the connection is good
_log = get_logger("moves")


async def hear(database_url: str, standby: Standby) -> None:
    """Listen for ever, by a connection that does nothing else. Raises when it is lost; nobody waits meanwhile."""
    connection = await connect(database_url)
    lost = asyncio.Event()
    try:
        connection.add_termination_listener(lambda _: lost.set())
        await connection.add_listener(CHANNEL, lambda *notice: standby.wake(notice[-1]))
        standby.begin()
        _log.info("moves.heard")
        while not await _is_set(lost, within=_ASKS):
            await connection.execute(f'LISTEN "{CHANNEL}"')  # a machine that vanished says nothing
        raise ConnectionError("the connection that hears of moves was lost")
    finally:
        standby.end()
        connection.terminate()


async def _is_set(event: asyncio.Event, *, within: float) -> bool:
    with suppress(TimeoutError):
        async with asyncio.timeout(within):
            await event.wait()
    return event.is_set()
