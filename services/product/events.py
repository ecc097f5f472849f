"""What the product service does when something happens to an order: reserve, commit, release.

The decision is durable before it is published, and published before the message is acknowledged; a redelivery
publishes the same decision again, under the same event id.
"""

import uuid
from datetime import UTC, datetime

from aio_pika.exceptions import AMQPError
from pymongo.errors import ConnectionFailure, ExecutionTimeout

from observability.breaker import BreakerOpenError
from services.product import reservations
from services.product.housekeeping import KEPT
from services.product.leases import LeaseLostError
from services.product.states import is_announced
from services.product.store import Store
from services.shared.events.broker import Broker
from services.shared.events.consumer import Handled, Handler
from services.shared.events.contracts import OrderCancelled, OrderCreated, OrderPaid, StockRejected, StockReserved
from services.shared.events.envelope import Event, MisfitError

__all__ = ["OUTAGES", "on_order", "stock_event"]

OUTAGES = (ConnectionFailure, ExecutionTimeout, LeaseLostError, BreakerOpenError, AMQPError, OSError)
"""What says nothing against a message: store or broker is away, or too slow. OSError includes TimeoutError."""

_NAMESPACE = uuid.UUID("6f1d2a52-6f5e-4a0c-9d5c-0d4d3f0f4b1a")  # of the ids of stock events


def stock_event(order_id: str, decision: str, short: list[str]) -> Event:
    """What is told of a decision, `reserved` or `rejected`: under the same id whenever it is told."""
    kind = f"stock.{decision}"
    data = (
        StockReserved(order_id=order_id)
        if decision == "reserved"
        else StockRejected(order_id=order_id, reason="out of stock", product_ids=short)
    )
    return Event(id=str(uuid.uuid5(_NAMESPACE, f"{kind}:{order_id}")), type=kind, data=data)


def on_order(store: Store, broker: Broker) -> Handler:
    """The handler of the queue `product.orders`."""

    async def created(order: OrderCreated, time: datetime) -> Handled:
        if time < datetime.now(UTC) - KEPT:  # whatever was decided is forgotten, and the order has long expired
            return "ignored"
        lines = [line.model_dump() for line in order.lines]
        decision, short = await reservations.reserve(store, order.order_id, lines)
        if not is_announced(decision):
            return "ignored"
        await broker.publish(stock_event(order.order_id, decision, short))
        return "ok"

    async def handle(event: Event) -> Handled:
        match event.data:
            case OrderCreated() as order:
                return await created(order, event.time)
            case OrderPaid(order_id=order_id):
                changed = await reservations.commit(store, order_id)
            case OrderCancelled(order_id=order_id):
                changed = await reservations.release(store, order_id)
            case _:
                raise MisfitError(f"{event.type} is nothing for the stock")
        return "ok" if changed else "ignored"

    return handle
