"""Rebuild the history projection from the log of events, while the service runs.

Orders are taken in stretches of their ids. In one transaction for each stretch, the orders are locked as commands
lock them, so that nothing moves meanwhile, and their history rows are replaced; readers see the old rows until
it is committed. An order that is placed meanwhile brings its own row. Doing it again changes nothing.
"""

import asyncio

from sqlalchemy import delete, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from observability.logging import get_logger
from observability.spans import untraced
from services.order import history
from services.order.models import Order, OrderEvent, OrderHistory
from services.order.settings import NAME, Settings
from services.shared.database import Database
from services.shared.server import run_once

__all__ = ["rebuild"]

_BATCH = 20  # orders: a command that meets them waits for about a tenth of a second
_log = get_logger("rebuild")


async def rebuild(database: Database) -> tuple[int, int]:
    """Replace the history row of every order; (orders, rows that were removed because they are of no order)."""
    orders = removed = 0
    after: str | None = ""
    while after is not None:
        with untraced():
            async with database.session() as session:
                locked, strays = await _stretch(session, after)
        orders, removed = orders + len(locked), removed + strays
        after = locked[-1] if len(locked) == _BATCH else None
        _log.info("history.progress", orders=orders, removed=removed)
    _log.info("history.rebuilt", orders=orders, removed=removed)
    return orders, removed


async def _stretch(session: AsyncSession, after: str) -> tuple[list[str], int]:
    """Rebuild the next orders, and remove rows of no order up to the last of them; (their ids, rows removed)."""
    due = select(Order.id).where(Order.id > after).order_by(Order.id).limit(_BATCH)
    locked = list(await session.scalars(due.with_for_update()))
    stretch = [OrderHistory.order_id > after]
    if len(locked) == _BATCH:  # else this is the last stretch, and has no end
        stretch.append(OrderHistory.order_id <= locked[-1])
    stray = ~select(Order.id).where(Order.id == OrderHistory.order_id).exists()
    old = delete(OrderHistory).where(*stretch, or_(OrderHistory.order_id.in_(locked), stray))
    gone = set(await session.scalars(old.returning(OrderHistory.order_id)))
    log = select(OrderEvent).where(OrderEvent.order_id.in_(locked)).order_by(OrderEvent.seq)
    for event in await session.scalars(log):
        await session.execute(history.effect(event.order_id, event.type, event.data, event.at))
    return locked, len(gone.difference(locked))


async def _run(settings: Settings) -> None:
    database = Database(settings.database_url)
    try:
        await rebuild(database)
    finally:
        await database.close()


if __name__ == "__main__":
    run_once(NAME, Settings, lambda settings: asyncio.run(_run(settings)))
