"""Metrics of services that publish events. One without an outbox does not import this: its would always be 0."""

from prometheus_client import Gauge

__all__ = ["outbox_oldest", "outbox_pending"]

outbox_pending = Gauge(
    "shop_outbox_pending_events", "Events not yet confirmed by the broker; the same on every replica"
)
outbox_oldest = Gauge(
    "shop_outbox_oldest_event_age_seconds", "Age of the oldest event not yet confirmed, 0 when none"
)
