"""Orders that stay unpaid too long are cancelled, by the database's clock, on whichever replica comes first.

A payment may have been made in time and its event be late: the broker, this service or its database was away. So
nothing expires until this replica has heard of payments for a while.
"""

import asyncio
from collections.abc import Callable

from sqlalchemy import Double, Integer, bindparam, func, select

from observability import request_id
from observability.names import own, tracer
from observability.spans import span_from, untraced
from services.order.commands import locked, move
from services.order.models import IS_UNPAID, Order
from services.order.rules import seconds_to_look
from services.order.statements import STANDING
from services.order.states import Reason, Status
from services.shared.database import Database
from services.shared.events.topology import RETRY_DELAYS_MS
from services.shared.loops import rest
from services.shared.names import VERSION
from services.shared.prepared import Prepared

__all__ = ["cancel_expired"]

_tracer = tracer(__name__, VERSION)
_BATCH = 100
# Seconds in which what waits elsewhere arrives: relays connect again, and a message that was put off comes.
_GRACE = RETRY_DELAYS_MS[-1] / 1000 + 10
_is_old = Order.created_at < func.now() - func.make_interval(0, 0, 0, 0, 0, 0, bindparam("seconds", type_=Double))
_OVERDUE = Prepared(STANDING.where(IS_UNPAID, _is_old).with_for_update(skip_locked=True))
_DUE = Prepared(
    select(Order.id, Order.traceparent, Order.request_id)
    .where(IS_UNPAID, _is_old)
    .order_by(Order.created_at)
    .limit(bindparam("most", type_=Integer))
)
_OLDEST = Prepared(
    select(func.extract("epoch", func.now() - func.min(Order.created_at))).where(IS_UNPAID, ~_is_old)
)


async def cancel_expired(database: Database, expiry_seconds: float, heard_for: Callable[[], float]) -> None:
    """Cancel unpaid orders older than `expiry_seconds`, for ever. Each is a span in its own order's trace.

    heard_for: for how many seconds payments have been heard of without a break. They must be as many as the grace,
    and so long must this have been at work, as an outage of the database ends it.
    """
    clock = asyncio.get_running_loop().time
    begun = clock()
    while True:
        missing = _GRACE - min(heard_for(), clock() - begun)
        if missing > 0:
            await rest(seconds_to_look(0.0, missing))
            continue
        with untraced():
            found = await database.ask(_DUE, seconds=expiry_seconds, most=_BATCH)
            [(first,)] = await database.ask(_OLDEST, seconds=expiry_seconds)
        for order_id, traceparent, request in found:
            attributes = {own("order.id"): order_id, own("request.id"): request}
            with (
                request_id.bound(request),
                span_from(_tracer, traceparent, "expire order", attributes=attributes),
            ):
                async with database.transaction() as transaction:
                    order = await locked(transaction, order_id, _OVERDUE, seconds=expiry_seconds)
                    if order is not None:  # else paid, or cancelled by another replica, meanwhile
                        await move(transaction, order, Status.CANCELLED, reason="expired", code=Reason.EXPIRED)
        if len(found) < _BATCH:
            await rest(seconds_to_look(float(first or 0), expiry_seconds))
