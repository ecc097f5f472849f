"""Hears which orders move, on whatever replica, and wakes the requests that wait for one of them."""

import asyncio

import asyncpg

from observability.logging import get_logger
from services.order.statements import CHANNEL
from services.shared.standby import Standby

__all__ = ["hear"]

_log = get_logger("moves")


async def hear(database_url: str, standby: Standby) -> None:
    """Listen for ever, by a connection that does nothing else. Raises when it is lost; nobody waits meanwhile."""
    connection = await asyncpg.connect(database_url.replace("+asyncpg", ""), timeout=3.0, command_timeout=10.0)
    lost = asyncio.Event()
    try:
        connection.add_termination_listener(lambda _: lost.set())
        await connection.add_listener(CHANNEL, lambda *notice: standby.wake(notice[-1]))
        standby.begin()
        _log.info("moves.heard")
        await lost.wait()
        raise ConnectionError("the connection that hears of moves was lost")
    finally:
        standby.end()
        connection.terminate()
