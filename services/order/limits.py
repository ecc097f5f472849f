"""What one account may hold without paying: so that nobody empties the shop for nothing.

Orders that are paid, cancelled, expired or rejected hold nothing any more, from their commit on. An account is
counted under a lock of its own until the commit, so requests at once, on whatever replica, cannot pass together.
"""

import asyncio
from contextlib import AbstractAsyncContextManager
from weakref import WeakValueDictionary

from sqlalchemy import Text, bindparam, func, select

from observability.logging import get_logger
from services.order.models import IS_UNPAID, Order, OrderLine
from services.order.rules import Allowance
from services.shared.database import Transaction
from services.shared.errors import Conflict
from services.shared.prepared import Prepared

__all__ = ["Limits"]

_LOCKS = 0x0FA2  # any number: the class of advisory locks that are accounts
_LOCK = Prepared(select(func.pg_advisory_xact_lock(_LOCKS, func.hashtext(bindparam("account", type_=Text)))))
_HELD = Prepared(
    select(func.count(Order.id.distinct()), func.coalesce(func.sum(OrderLine.quantity), 0))
    .join(OrderLine, OrderLine.order_id == Order.id)
    .where(Order.user_id == bindparam("account"), IS_UNPAID)
)
_log = get_logger("orders")


class Limits:
    """Holds each account to its allowance."""

    def __init__(self, allowance: Allowance) -> None:
        self._allowance = allowance
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    def turn(self, user_id: str) -> AbstractAsyncContextManager[None]:
        """Let requests of an account in one by one: those that wait must not hold the connections of others."""
        return self._turns.setdefault(user_id, asyncio.Lock())

    async def check(self, transaction: Transaction, user_id: str, units: int) -> None:
        """Make room for one more order of so many units, until the transaction ends. Raises Conflict."""
        await transaction.run(_LOCK, account=user_id)
        # A statement of its own: it must begin after the lock is held, to see what the last holder committed.
        [(orders, reserved)] = await transaction.run(_HELD, account=user_id)
        allowed = self._allowance
        if allowed.has_room(orders=orders, reserved=reserved, units=units):
            return
        _log.info("order.refused", user_id=user_id, orders=orders, units=reserved + units)
        raise Conflict(
            f"An order may have at most {allowed.units} units."
            if units > allowed.units
            else f"An account may have {allowed.orders} unpaid orders with {allowed.units} units together; "
            "pay or cancel one first.",
            kind="out-of-limits",
            unpaidOrders=orders,
            maxUnpaidOrders=allowed.orders,
            reservedUnits=reserved,
            requestedUnits=units,
            maxReservedUnits=allowed.units,
        )
