"""Metrics of the stock."""

from prometheus_client import Counter

__all__ = ["stock_reservations"]

stock_reservations = Counter(
    "shop_stock_reservations",
    "What became of the stock of orders: `reserved`, `rejected`, `committed` or `released`",
    ["outcome"],
)
