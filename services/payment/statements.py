"""What the commands and the settle loop ask of PostgreSQL with every payment.

Why the commands ask it in this order, and under this lock: commands.py.
"""

from typing import Any

from sqlalchemy import ColumnElement, Function, Integer, Interval, Text, bindparam, exists, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import InstrumentedAttribute

from services.payment.models import CancelledOrder, Payment
from services.payment.states import Status
from services.shared.prepared import Prepared

__all__ = [
    "ACCEPT",
    "CHARGED",
    "CLAIM",
    "CONCLUDE",
    "LOCK",
    "LOCKED",
    "LOCK_OF",
    "MARK_CANCELLED",
    "OF_ORDER",
    "REFUNDED",
    "START_REFUND",
]

_LOCKS = 0x0FA1  # any number: the class of advisory locks that are orders


def _lock(order_id: ColumnElement[str] | InstrumentedAttribute[str]) -> Function[Any]:
    return func.pg_advisory_xact_lock(_LOCKS, func.hashtext(order_id))


LOCK = Prepared(select(_lock(bindparam("order_id", type_=Text))))
LOCK_OF = Prepared(select(Payment.order_id, _lock(Payment.order_id)).where(Payment.id == bindparam("id")))
"""The lock of the order that a payment is of."""
OF_ORDER = Prepared(
    select(
        select(func.count())
        .select_from(Payment)
        .where(Payment.order_id == bindparam("order_id"))
        .scalar_subquery(),
        exists().where(CancelledOrder.order_id == bindparam("order_id")),
    )
)
"""How many payments an order had, and whether it was cancelled."""
_GIVEN = (
    "id",
    "order_id",
    "user_id",
    "amount_cents",
    "currency",
    "last4",
    "sealed_card",
    "traceparent",
    "request_id",
)
ACCEPT = Prepared(
    insert(Payment)
    .values(
        {name: bindparam(f"the_{name}", type_=Payment.__table__.c[name].type) for name in _GIVEN}
        | {
            "status": Status.PROCESSING,
            "brand": "visa",  # as all test numbers are
            "next_check_at": func.now(),
        }
    )
    .returning(Payment.__table__)  # with the times, which the database's clock decides
)
LOCKED = Prepared(
    select(Payment.__table__, func.now().label("now"), CancelledOrder.reason.label("cancelled_for"))
    .outerjoin(CancelledOrder, CancelledOrder.order_id == Payment.order_id)
    .where(Payment.id == bindparam("id"))
    .with_for_update(of=Payment)
)
"""A payment whose row is locked, the time, and for what reason its order was cancelled, if it was."""
_ended = update(Payment).where(Payment.id == bindparam("for_id"))
CONCLUDE = Prepared(
    _ended.values(
        status=bindparam("to_status"),
        reason=bindparam("to_reason"),
        charge_id=func.coalesce(bindparam("to_charge_id", type_=Text), Payment.charge_id),
        sealed_card=None,
        next_check_at=bindparam("to_next_check_at"),
        attempts=0,
        updated_at=func.now(),
    )
)
REFUNDED = Prepared(_ended.values(status=Status.REFUNDED, next_check_at=None, attempts=0, updated_at=func.now()))
MARK_CANCELLED = Prepared(
    insert(CancelledOrder)
    .values(order_id=bindparam("the_order_id"), reason=bindparam("the_reason"))
    .on_conflict_do_nothing()
    .returning(CancelledOrder.order_id)
)
"""Writes the tombstone of an order; no row when it has one."""
START_REFUND = Prepared(
    update(Payment)
    .where(Payment.order_id == bindparam("of_order"), Payment.status == Status.SUCCEEDED)
    .values(status=Status.REFUNDING, next_check_at=func.now(), updated_at=func.now(), attempts=0)
    .returning(Payment.id)
)
"""What an order has paid is to be refunded."""
_due = (
    select(Payment.id)
    .where(Payment.next_check_at <= func.now())
    .order_by(Payment.next_check_at)
    .limit(bindparam("most", type_=Integer))
    .with_for_update(skip_locked=True)
    .cte("due")
)
# No `exists`: PostgreSQL may read the whole table for one.
_tombstone = select(CancelledOrder.reason).where(CancelledOrder.order_id == Payment.order_id).correlate(Payment)
# If a claim is repeated although it was done, its rows wait until the lease ends, as after a death.
CLAIM = Prepared(
    update(Payment)
    .where(Payment.id.in_(select(_due.c.id)))
    .values(next_check_at=func.now() + bindparam("lease", type_=Interval))
    .returning(Payment.__table__, func.now().label("now"), _tombstone.scalar_subquery().label("cancelled_for"))
)
"""Takes payments that have something left to do. Each comes with the time, and why its order was cancelled."""
CHARGED = Prepared(
    update(Payment)
    .where(Payment.id == bindparam("of_id"), Payment.status == bindparam("of_status"))
    .values(
        sealed_card=None,
        charge_id=bindparam("to_charge_id"),
        attempts=0,
        next_check_at=func.now() + bindparam("check_after", type_=Interval),
        updated_at=func.now(),
    )
)
"""The provider has accepted a charge: the card is erased, unless news of the result came first."""
