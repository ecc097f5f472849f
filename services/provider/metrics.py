"""Metrics of the provider."""

from prometheus_client import Counter

__all__ = ["callbacks", "charges"]

charges = Counter("provider_charges", "Charges decided, by what became of them", ["outcome"])
callbacks = Counter(
    "provider_callbacks", "Calls back made: `delivered`, `refused`, `failed` or `given_up`", ["outcome"]
)
