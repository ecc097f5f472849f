"""Metrics of the provider."""

from prometheus_client import Counter

__all__ = ["callbacks", "charges"]

charges = Counter("shop_provider_charges", "Charges decided, by what became of them", ["outcome"])
callbacks = Counter(
    "shop_provider_callbacks", "Calls back made: `delivered`, `refused`, `failed` or `given_up`", ["outcome"]
)

# A series that is there from the start lets rate() and alerts see its first increase.
for _outcome in ("succeeded", "declined"):
    charges.labels(_outcome)
for _outcome in ("delivered", "refused", "failed", "given_up"):
    callbacks.labels(_outcome)
