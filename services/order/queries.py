"""Queries: orders as they stand, one or many, what happened to one, and the numbers of all.

Except for what happened to an order, which its own log tells, they see the history projection only.
"""

from datetime import datetime
from typing import Any, cast

from sqlalchemy import Row, Select, Table, bindparam, func, literal, select, text, true, tuple_, union_all
from sqlalchemy.dialects.postgresql import JSONB

from observability.spans import annotate
from services.order.history import CREATED
from services.order.models import AMONG_SOLD, Order, OrderEvent, OrderHistory, ProductInfo
from services.order.schemas import (
    OrderPageResponse,
    OrderResponse,
    OrderStatisticsResponse,
    OrderStepResponse,
    OrderTimelineResponse,
    RevenueResponse,
    StatusCountResponse,
)
from services.order.states import Status
from services.shared.auth import Caller
from services.shared.database import Database
from services.shared.errors import NotFound
from services.shared.prepared import Prepared, Record
from services.shared.schemas import decode_cursor, encode_cursor

__all__ = ["COUNTED", "get_order", "list_orders", "statistics", "timeline_of"]

COUNTED = 10_000  # orders of one state; of more it is said that there are more
_MOST_STEPS = 500  # payments are limited per order, so that no order comes near
# With the condition of the index order_history_sold, or PostgreSQL does not see that it may use it.
_SOLD = text(f"""
SELECT days, currency, count(*) AS orders, sum(total_cents) AS total
  FROM (VALUES (1), (7)) AS windows (days)
  JOIN order_history ON created_at > now() - make_interval(days => days)
 WHERE {AMONG_SOLD}
 GROUP BY days, currency ORDER BY days, currency
""")  # noqa: S608 - states of ours


_history, _products = cast(Table, OrderHistory.__table__), cast(Table, ProductInfo.__table__)
_line = func.jsonb_array_elements(_history.c.lines).table_valued("value", name="line")
_shown = func.jsonb_build_object("name", _products.c.name, "imageUrl", _products.c.image_url)
_newest = (
    select(func.jsonb_object_agg(_products.c.product_id, _shown, type_=JSONB).label("newest"))
    .where(_products.c.product_id.in_(select(_line.c.value.op("->>")("productId"))))
    .correlate(_history)
    .lateral("products")
)
_ORDERS = select(_history, _newest.c.newest).outerjoin_from(_history, _newest, true())
"""Orders, each with the newest names and pictures of its products, in one statement."""
_ORDER = Prepared(_ORDERS.where(_history.c.order_id == bindparam("id")))


async def get_order(database: Database, order_id: str, user: Caller) -> OrderResponse:
    """The order, when it is the user's own or the user is an admin."""
    annotate(order_id=order_id)
    rows = await database.ask(_ORDER, id=order_id)
    if not rows or not (user.is_admin or rows[0].user_id == user.id):
        raise NotFound("There is no such order.")
    return _response(rows[0])


async def list_orders(
    database: Database,
    *,
    user_id: str | None = None,
    status: Status | None = None,
    limit: int,
    cursor: str | None,
) -> OrderPageResponse:
    """Newest first; of one user, in one status, or all."""
    statement = _ORDERS.order_by(_history.c.created_at.desc(), _history.c.order_id.desc())
    if user_id is not None:
        statement = statement.where(_history.c.user_id == user_id)
    if status is not None:
        statement = statement.where(_history.c.status == status)
    if cursor is not None:
        after = decode_cursor(cursor, datetime, str)
        statement = statement.where(tuple_(_history.c.created_at, _history.c.order_id) < tuple_(*after))
    rows = await database.read(statement.limit(limit + 1))
    more = len(rows) > limit
    rows = rows[:limit]
    last = encode_cursor(rows[-1].created_at, rows[-1].order_id) if more else None
    return OrderPageResponse(items=[_response(row) for row in rows], next_cursor=last)


def _response(row: Row[Any] | Record) -> OrderResponse:
    """A row with the newest names and pictures of its products; prices stay those of the order."""
    newest = row.newest or {}
    return OrderResponse.model_validate(
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


async def timeline_of(database: Database, order_id: str, user: Caller) -> OrderTimelineResponse:
    """The steps of an order, oldest first. Raises NotFound, also for other people's."""
    annotate(order_id=order_id)
    origin = select(Order.user_id, Order.traceparent, Order.request_id).where(Order.id == order_id)
    found = await database.read(origin)
    if not found or not (user.is_admin or found[0].user_id == user.id):
        raise NotFound("There is no such order.")
    log = select(OrderEvent).where(OrderEvent.order_id == order_id).order_by(OrderEvent.seq).limit(_MOST_STEPS)
    events = await database.read(log)
    return OrderTimelineResponse(
        order_id=order_id,
        trace_id=_trace_id(found[0].traceparent),
        request_id=found[0].request_id,
        steps=[_step(event) for event in events],
    )


def _step(event: Row[Any]) -> OrderStepResponse:
    return OrderStepResponse(
        seq=event.seq,
        event=f"order.{event.type}",
        status=Status.PENDING if event.type == CREATED else Status(event.data["status"]),
        at=event.at,
        reason=event.data.get("reason"),
        reason_code=event.data.get("reasonCode"),
    )


def _trace_id(traceparent: str) -> str | None:
    """version-traceid-spanid-flags (W3C Trace Context); an order from a restored backup may have none."""
    parts = traceparent.split("-")
    return parts[1] if len(parts) == 4 and parts[1].strip("0") else None


async def statistics(database: Database) -> OrderStatisticsResponse:
    """How many orders are in each state, and what was sold in the last day and the last week.

    What this costs does not grow with the age of the shop: each state is counted up to a limit, and what was sold
    is read from an index that has only the sold orders, and all that is asked of them.
    """
    counted = await database.read(union_all(*(_count_of(status) for status in Status)))
    sold = await database.read(_SOLD)
    return OrderStatisticsResponse(
        by_status=[
            StatusCountResponse(
                status=Status(row.status), count=min(row.orders, COUNTED), is_more=row.orders > COUNTED
            )
            for row in counted
        ],
        revenue=[
            RevenueResponse(days=row.days, currency=row.currency, orders=row.orders, total_cents=int(row.total))
            for row in sold
        ],
    )


def _count_of(status: Status) -> Select[Any]:
    """Reads at most `COUNTED` entries of the index by status."""
    some = select(OrderHistory.order_id).where(OrderHistory.status == status.value).limit(COUNTED + 1).subquery()
    return select(literal(status.value).label("status"), func.count().label("orders")).select_from(some)
