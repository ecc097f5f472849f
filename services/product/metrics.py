"""Metrics of the stock."""

from prometheus_client import Counter

__all__ = ["stock_reservations"]

stock_reservations = Counter(
    "shop_stock_reservations",
    "What became of the stock of orders: `reserved`, `rejected`, `committed` or `released`",
    ["outcome"],
)

# A series that is there from the start lets rate() and alerts see its first increase.
for _outcome in ("reserved", "rejected", "committed", "released"):
    stock_reservations.labels(_outcome)
