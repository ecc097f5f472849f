"""What the product service does when something happens to an order: reserve, commit, release.

The decision is durable before it is published, and published before the message is acknowledged; a redelivery
publishes the same decision again, under the same event id.
"""

import uuid

from aio_pika.exceptions import AMQPError
from pymongo.errors import ConnectionFailure, ExecutionTimeout

from observability.breaker import BreakerOpenError
from services.product import reservations
from services.product.leases import LeaseLostError
from services.product.store import Store
from services.shared.broker import Broker
from services.shared.consumer import Handler, Outcome
from services.shared.contracts import OrderCancelled, OrderCreated, OrderPaid
from services.shared.events import Event, MisfitError

__all__ = ["OUTAGES", "on_order"]

OUTAGES = (ConnectionFailure, ExecutionTimeout, LeaseLostError, BreakerOpenError, AMQPError, OSError)
"""What says nothing against a message: store or broker is away, or too slow. OSError includes TimeoutError."""

_NAMESPACE = uuid.UUID("6f1d2a52-6f5e-4a0c-9d5c-0d4d3f0f4b1a")  # of the ids of stock events


def on_order(store: Store, broker: Broker) -> Handler:
    """The handler of the queue `product.orders`."""

    async def created(order: OrderCreated) -> Outcome:
        order_id = order.order_id
        lines = [line.model_dump() for line in order.lines]
        decision, short = await reservations.reserve(store, order_id, lines)
        if decision == "reserved":
            await publish("stock.reserved", order_id, {})
        elif decision == "rejected":
            await publish("stock.rejected", order_id, {"reason": "out of stock", "productIds": short})
        else:  # paid or cancelled meanwhile: nobody waits for the decision any more
            return "ignored"
        return "ok"

    async def publish(event_type: str, order_id: str, data: dict[str, object]) -> None:
        name = f"{event_type}:{order_id}"
        identifier = str(uuid.uuid5(_NAMESPACE, name))
        await broker.publish(Event(id=identifier, type=event_type, data={"orderId": order_id, **data}))

    async def handle(event: Event) -> Outcome:
        match event.data:
            case OrderCreated() as order:
                return await created(order)
            case OrderPaid(order_id=order_id):
                changed = await reservations.commit(store, order_id)
            case OrderCancelled(order_id=order_id):
                changed = await reservations.release(store, order_id)
            case _:
                raise MisfitError(f"{event.type} is nothing for the stock")
        return "ok" if changed else "ignored"

    return handle
