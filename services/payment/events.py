"""What the payment service does when something happens elsewhere. Every effect runs once, in one transaction."""

from collections.abc import Mapping

from sqlalchemy.ext.asyncio import AsyncSession

from services.payment.results import cancel_order
from services.shared.contracts import OrderCancelled
from services.shared.inbox import Effect

__all__ = ["ORDERS"]


async def _order_cancelled(session: AsyncSession, cancelled: OrderCancelled) -> bool:
    return await cancel_order(session, cancelled.order_id, cancelled.reason or "cancelled")


ORDERS: Mapping[str, Effect] = {"order.cancelled": _order_cancelled}
