"""Tombstones of cancelled orders end."""

import asyncio
from datetime import timedelta

from sqlalchemy import delete, func, insert, select

from services.payment.commands import OLD_TOMBSTONES
from services.payment.models import CancelledOrder, Payment
from services.payment.states import Status
from services.shared.database import Database
from services.shared.housekeeping import forget_old
from tests.services.support import until


async def test_tombstones_end_after_a_week(database_url: str) -> None:
    """But not while a payment of the order is under way, which would keep the money, or could not be refunded."""
    database = Database(database_url)
    async with database.session() as session:
        for day in range(10):
            at = func.now() - timedelta(days=day, minutes=1)
            await session.execute(
                insert(CancelledOrder).values(order_id=str(day), reason="expired", cancelled_at=at)
            )
        for day, status in ((7, Status.PROCESSING), (8, Status.REFUNDING), (9, Status.REFUNDED)):
            session.add(
                Payment(
                    id=str(day), order_id=str(day), user_id="u", status=status, amount_cents=1, currency="EUR",
                    brand="visa", last4="4242", traceparent="", request_id="",
                )
            )  # fmt: skip
    task = asyncio.create_task(forget_old(database, OLD_TOMBSTONES))

    async def left() -> bool:
        async with database.session() as session:
            return set(await session.scalars(select(CancelledOrder.order_id))) == set("012345678")

    await until(left)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    async with database.session() as session:
        for table in (Payment, CancelledOrder):
            await session.execute(delete(table))
    await database.close()
