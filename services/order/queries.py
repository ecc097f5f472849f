"""Queries: orders as they stand, one or many. They see the history projection only."""

from datetime import datetime
from typing import Any

from sqlalchemy import Select, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from observability.tracing import annotate
from services.order.models import OrderHistory, ProductInfo
from services.order.schemas import OrderView
from services.order.states import Status
from services.shared.auth import User
from services.shared.errors import NotFound
from services.shared.schemas import Page, decode_cursor, encode_cursor

__all__ = ["get_order", "list_orders"]


async def get_order(session: AsyncSession, order_id: str, user: User) -> OrderView:
    """The order, when it is the user's own or the user is an admin."""
    annotate(order_id=order_id)
    row = await session.get(OrderHistory, order_id)
    if row is None or not (user.is_admin or row.user_id == user.id):
        raise NotFound("There is no such order.")
    return (await _views(session, [row]))[0]


async def list_orders(
    session: AsyncSession,
    *,
    user_id: str | None = None,
    status: Status | None = None,
    limit: int,
    cursor: str | None,
) -> Page[OrderView]:
    """Newest first; of one user, in one status, or all."""
    statement: Select[Any] = select(OrderHistory).order_by(
        OrderHistory.created_at.desc(), OrderHistory.order_id.desc()
    )
    if user_id is not None:
        statement = statement.where(OrderHistory.user_id == user_id)
    if status is not None:
        statement = statement.where(OrderHistory.status == status)
    if cursor is not None:
        after = decode_cursor(cursor, datetime, str)
        statement = statement.where(tuple_(OrderHistory.created_at, OrderHistory.order_id) < tuple_(*after))
    rows = list((await session.execute(statement.limit(limit + 1))).scalars())
    more = len(rows) > limit
    rows = rows[:limit]
    last = encode_cursor(rows[-1].created_at, rows[-1].order_id) if more else None
    return Page(items=await _views(session, rows), next_cursor=last)


async def _views(session: AsyncSession, rows: list[OrderHistory]) -> list[OrderView]:
    """Rows with the newest names and pictures of their products; prices stay those of the order."""
    wanted = {line["productId"] for row in rows for line in row.lines}
    found = (await session.execute(select(ProductInfo).where(ProductInfo.product_id.in_(wanted)))).scalars()
    newest = {info.product_id: {"name": info.name, "imageUrl": info.image_url} for info in found}
    return [
        OrderView.model_validate(
            {
                "id": row.order_id,
                "user_id": row.user_id,
                "status": row.status,
                "total_cents": row.total_cents,
                "currency": row.currency,
                "lines": [{**line, **newest.get(line["productId"], {})} for line in row.lines],
                "shipping_address": row.shipping_address,
                "reason": row.reason,
                "reason_code": row.reason_code,
                "created_at": row.created_at,
                "updated_at": row.updated_at,
            }
        )
        for row in rows
    ]
