"""Metrics of orders. They are counted after the commit, so that what was undone is never counted."""

from prometheus_client import Counter, Histogram

from services.order.states import Status

__all__ = ["order_value", "orders", "reservation_duration"]

orders = Counter("shop_orders", "Moves of orders into a state", ["status"])
order_value = Counter("shop_order_value_cents", "Value of the orders that were paid, in minor units")
reservation_duration = Histogram(
    "shop_reservation_duration_seconds",
    "For how long an order was `pending`, whether its stock was decided or it was cancelled",
    buckets=(0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0),
)

# A series that is there from the start lets rate() and alerts see its first increase.
for _status in Status:
    orders.labels(_status)
