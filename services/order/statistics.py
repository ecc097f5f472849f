"""The numbers of the admin's first page. What they cost does not grow with the age of the shop.

Each state is counted up to a limit; revenue reads the orders that were sold in the last week.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, func, literal, select, union_all
from sqlalchemy.ext.asyncio import AsyncSession

from services.order.models import OrderHistory
from services.order.schemas import OrderStatistics, Revenue, StatusCount
from services.order.states import Status

__all__ = ["COUNTED", "statistics"]

COUNTED = 10_000  # orders of one state; more are told as "more than"
_SALES = (Status.PAID, Status.FULFILLED)
_WINDOWS = {1: timedelta(days=1), 7: timedelta(days=7)}


async def statistics(session: AsyncSession) -> OrderStatistics:
    """How many orders are in each state, and what was sold in the last day and the last week."""
    counted = (await session.execute(union_all(*(_count_of(status) for status in Status)))).all()
    sold = (await session.execute(union_all(*(_sold_in(days) for days in _WINDOWS)))).all()
    return OrderStatistics(
        by_status=[
            StatusCount(status=Status(row.status), count=min(row.orders, COUNTED), is_more=row.orders > COUNTED)
            for row in counted
        ],
        revenue=[
            Revenue(days=row.days, currency=row.currency, orders=row.orders, total_cents=int(row.total))
            for row in sorted(sold, key=lambda row: (row.days, row.currency))
        ],
    )


def _count_of(status: Status) -> Select[Any]:
    """Reads at most `COUNTED` entries of the index by status."""
    some = select(OrderHistory.order_id).where(OrderHistory.status == status.value).limit(COUNTED + 1).subquery()
    return select(literal(status.value).label("status"), func.count().label("orders")).select_from(some)


def _sold_in(days: int) -> Select[Any]:
    """Reads the entries of the index by status and time that are not older than `days`."""
    recent: Sequence[ColumnElement[bool]] = (
        OrderHistory.status.in_([status.value for status in _SALES]),
        OrderHistory.created_at > func.now() - _WINDOWS[days],
    )
    return (
        select(
            literal(days).label("days"),
            OrderHistory.currency.label("currency"),
            func.count().label("orders"),
            func.sum(OrderHistory.total_cents).label("total"),
        )
        .where(*recent)
        .group_by(OrderHistory.currency)
    )
