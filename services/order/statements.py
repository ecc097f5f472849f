"""What the commands ask of PostgreSQL with every order. What one of them writes is one statement."""

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Select, Table, Text, bindparam, column, func, insert, select, update
from sqlalchemy.dialects.postgresql import JSONB

from services.order import history
from services.order.models import Order, OrderLine
from services.shared.events.outbox import NOTIFY, event_part
from services.shared.prepared import Prepared

__all__ = ["CHANNEL", "LOCKED", "MOVE", "MOVE_AND_TELL", "PLACE", "STANDING", "Standing"]

CHANNEL = "orders"
"""Each order that moves sends its id by this channel of PostgreSQL, with the commit."""
_orders, _lines = cast(Table, Order.__table__), cast(Table, OrderLine.__table__)
_LINE = {field.name: field.type for field in _lines.columns if field is not _lines.c.order_id}


@dataclass(slots=True)
class Standing:
    """What must be known of an order to move it."""

    id: str
    user_id: str
    status: str
    total_cents: int
    currency: str
    traceparent: str
    created_at: datetime


STANDING = select(*(_orders.c[field.name] for field in fields(Standing))).where(_orders.c.id == bindparam("id"))
"""A `Standing`. Whoever changes the order adds the lock."""
LOCKED = Prepared(STANDING.with_for_update())


def _place() -> Select[Any]:
    """The order, its lines, its log, its history, its event. The lines are one value, however many they are."""
    names = ("id", "user_id", "status", "total_cents", "currency", "shipping_address", "reason", "reason_code")
    order = {
        name: bindparam(f"a_{name}", type_=_orders.c[name].type) for name in (*names, "traceparent", "request_id")
    }
    placed = insert(_orders).values(order).returning(_orders.c.created_at).cte("placed")
    at = select(placed.c.created_at).scalar_subquery()  # the database's clock also decides about expiry
    given = func.jsonb_to_recordset(bindparam("rows", type_=JSONB)).table_valued(
        *(column(name, kind) for name, kind in _LINE.items())
    )
    numbered = select(order["id"], given.render_derived(with_types=True))
    facts = {name: order[name] for name in names if name != "id"} | {"lines": bindparam("a_lines", type_=JSONB)}
    parts = (
        insert(_lines).from_select(["order_id", *_LINE], numbered).cte("lines"),
        *history.logged(
            order["id"],
            history.CREATED,
            bindparam("event", type_=JSONB),
            history.effect(order["id"], history.CREATED, facts, at),
            at,
        ),
        event_part(),
    )
    return select(placed.c.created_at, NOTIFY).add_cte(placed, *parts)


def _move(*, tells: bool) -> Select[Any]:
    """The order, its log and its history, and its event, if it tells others. It answers when that was."""
    order_id, status, reason, code = (
        bindparam(f"a_{name}", type_=Text) for name in ("id", "status", "reason", "code")
    )
    # The database's clock, as for the creation. The order was locked before that: its moves never go back in time.
    now = func.statement_timestamp()
    fresh = {"status": status, "reason": reason, "reason_code": code, "updated_at": now}
    moved = {"status": status, "reason": reason, "reasonCode": code}
    effect = history.effect(order_id, history.MOVED, moved, now)
    parts = [
        update(_orders).where(_orders.c.id == order_id).values(fresh).cte("moved"),
        *history.logged(order_id, history.MOVED, bindparam("event", type_=JSONB), effect, now),
    ]
    notices = [func.pg_notify(CHANNEL, order_id)]
    if tells:
        parts.append(event_part())
        notices.append(NOTIFY)
    return select(now, *notices).add_cte(*parts)


PLACE, MOVE, MOVE_AND_TELL = Prepared(_place()), Prepared(_move(tells=False)), Prepared(_move(tells=True))
