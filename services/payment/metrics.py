"""Metrics of payments. They are counted after the commit, so that what was undone is never counted."""

from prometheus_client import Counter, Histogram

__all__ = ["payment_duration", "payments", "refunds", "webhooks"]

payments = Counter("shop_payments", "Payments with a final result: `succeeded` or `failed`", ["outcome"])
payment_duration = Histogram(
    "shop_payment_duration_seconds",
    "From a payment's acceptance to its result; 5 s is a slow card, minutes are a provider that was down",
    buckets=(0.1, 0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 300.0),
)
refunds = Counter(
    "shop_refunds",
    "Refunds done, by why: the order was `expired` or `cancelled`, or the charge came `late`, after a failure",
    ["reason"],
)
webhooks = Counter(
    "shop_webhooks",
    "Calls of the provider: `applied`, `duplicate` (known or older), `rejected` (not signed with our secret), "
    "`unusable` (signed, but old or not in the agreed form), `unknown` (no such payment) "
    "or `contradiction` (against the result that is known)",
    ["outcome"],
)

# A series that is there from the start lets rate() and alerts see its first increase.
for _outcome in ("succeeded", "failed"):
    payments.labels(_outcome)
for _reason in ("expired", "cancelled", "late"):
    refunds.labels(_reason)
for _outcome in ("applied", "duplicate", "rejected", "unusable", "unknown", "contradiction"):
    webhooks.labels(_outcome)
