"""Jaeger's Monitor tab: rate, errors and duration of operations, from the span metrics in Prometheus."""

import time

import httpx
import pytest

from deploy.installation.layout import Layout
from tests.platform.client import Customer
from tests.waiting import wait_for


def newest(platform: Layout, metric: str) -> dict[str, float]:
    """The last number of each operation of the product service that has one."""
    window = {
        "service": "product-service",
        "quantile": "0.95",
        "groupByOperation": "true",
        "endTs": str(time.time_ns() // 1_000_000),
        "lookback": "60000",
        "step": "5000",
        "ratePer": "60000",
    }
    answer = httpx.get(f"{platform.url('jaeger')}/api/metrics/{metric}", params=window)
    if answer.status_code == 404:
        pytest.skip("the stand-in for Jaeger has no Monitor tab")
    answer.raise_for_status()
    found = {}
    for series in answer.json()["metrics"]:
        labels = {label["name"]: label["value"] for label in series["labels"]}
        numbers = [float(point["gaugeValue"]["doubleValue"]) for point in series["metricPoints"]]
        if numbers and numbers[-1] == numbers[-1]:  # not NaN
            found[labels["operation"]] = numbers[-1]
    return found


def test_the_monitor_tab_has_rate_errors_and_duration(platform: Layout, customer: Customer) -> None:
    """Of an operation that is used; a rate needs two scrapes with more calls in the second."""
    operation = "GET /api/products/{product_id}"

    def used(metric: str) -> dict[str, float]:
        customer.http.get("/api/products/1").raise_for_status()
        return newest(platform, metric)

    assert wait_for("a rate", lambda: used("calls"), lambda found: found.get(operation, 0) > 0)
    assert wait_for("a duration", lambda: used("latencies"), lambda found: found.get(operation, 0) > 0)
    assert wait_for("an error ratio", lambda: used("errors"), lambda found: operation in found)[operation] == 0
