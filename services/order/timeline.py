"""What happened to an order, step by step, as its own log has it."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from observability.tracing import annotate
from services.order.history import CREATED
from services.order.models import Order, OrderEvent
from services.order.schemas import OrderStep, OrderTimeline
from services.order.states import Status
from services.shared.auth import User
from services.shared.errors import NotFound

__all__ = ["timeline_of"]

_MOST = 500  # steps; payments are limited per order, so that no order comes near


async def timeline_of(session: AsyncSession, order_id: str, user: User) -> OrderTimeline:
    """The steps of an order, oldest first. Raises NotFound, also for other people's."""
    annotate(order_id=order_id)
    origin = select(Order.user_id, Order.traceparent, Order.request_id).where(Order.id == order_id)
    found = (await session.execute(origin)).one_or_none()
    if found is None or not (user.is_admin or found.user_id == user.id):
        raise NotFound("There is no such order.")
    log = select(OrderEvent).where(OrderEvent.order_id == order_id).order_by(OrderEvent.seq).limit(_MOST)
    events = await session.scalars(log)
    return OrderTimeline(
        order_id=order_id,
        trace_id=_trace_id(found.traceparent),
        request_id=found.request_id,
        steps=[_step(event) for event in events],
    )


def _step(event: OrderEvent) -> OrderStep:
    return OrderStep(
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
