"""A service has the metrics of its own parts."""

import subprocess
import sys

import pytest

_PRINT = (
    "import importlib, sys, prometheus_client as p; importlib.import_module(sys.argv[1]);"
    "print(*(family.name for family in p.REGISTRY.collect()))"
)


@pytest.mark.parametrize(
    ("service", "publishes"),
    [("user", False), ("provider", False), ("product", True), ("order", True), ("payment", True)],
)
def test_outbox_is_measured_where_there_is_one(service: str, publishes: bool) -> None:
    """A gauge that nobody sets would say 0 for ever, and look well."""
    run = subprocess.run(
        [sys.executable, "-c", _PRINT, f"services.{service}.main"], capture_output=True, text=True, check=True
    )
    gauges = {"shop_outbox_pending_events", "shop_outbox_oldest_event_age_seconds"}
    assert gauges & set(run.stdout.split()) == (gauges if publishes else set())
