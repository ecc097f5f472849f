"""What the payment service does when something happens elsewhere. Every effect runs once, in one transaction."""

from collections.abc import Mapping
from typing import Literal

from services.payment.commands import cancel_order
from services.shared.database import Transaction
from services.shared.events.contracts import OrderCancelled
from services.shared.events.inbox import Effect

__all__ = ["ORDERS"]


async def _order_cancelled(transaction: Transaction, cancelled: OrderCancelled) -> bool:
    # The code, never the words: those may be a customer's. Events from before have none.
    why: Literal["expired", "cancelled"] = "expired" if cancelled.reason_code == "expired" else "cancelled"
    return await cancel_order(transaction, cancelled.order_id, why)


ORDERS: Mapping[str, Effect] = {"order.cancelled": _order_cancelled}
