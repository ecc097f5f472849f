"""The alerts of the running platform."""

import time
from collections.abc import Sequence
from functools import partial
from typing import Any

import httpx
import pytest

from deploy.native.layout import Layout
from tests.platform.client import Admin, Customer, wait_for
from tests.platform.faults import stopped


def firing(platform: Layout) -> set[str]:
    """The alerts in Alertmanager that nothing else explains."""
    answer = httpx.get(f"{platform.url('alertmanager')}/api/v2/alerts", params={"inhibited": "false"})
    return {alert["labels"]["alertname"] for alert in answer.json()}


def alerts(platform: Layout) -> list[dict[str, Any]]:
    """Pending and firing alerts as Prometheus sees them."""
    answer = httpx.get(f"{platform.url('prometheus')}/api/v1/alerts")
    found: list[dict[str, Any]] = answer.json()["data"]["alerts"]
    return found


def query(platform: Layout, expression: str) -> list[dict[str, Any]]:
    """An instant query's result."""
    answer = httpx.get(f"{platform.url('prometheus')}/api/v1/query", params={"query": expression})
    found: list[dict[str, Any]] = answer.json()["data"]["result"]
    return found


JOBS = (
    *("user-service", "product-service", "order-service", "payment-service", "payment-provider"),
    *(
        "gateway",
        "gateway-log",
        "postgres",
        "redis",
        "rabbitmq",
        "jaeger",
        "blackbox",
        "alertmanager",
        "prometheus",
    ),
)


def test_every_job_is_scraped(platform: Layout) -> None:
    """Each job of the platform has targets, and all of them answer."""

    def states() -> dict[str, Sequence[str]]:
        found: dict[str, Sequence[str]] = {job: () for job in JOBS}
        for series in query(platform, "up"):
            job = series["metric"]["job"]
            found[job] = (*found.get(job, ()), series["value"][1])
        return found

    all_up = wait_for(
        "targets", states, lambda jobs: all(values and set(values) == {"1"} for values in jobs.values())
    )
    assert all_up.keys() >= set(JOBS)


def test_the_gateway_and_the_stores_are_measured(platform: Layout, customer: Customer) -> None:
    """One series of each exporter that only a working connection gives."""
    assert customer.http.get("/api/products").status_code == 200
    for expression in (
        "pg_up == 1",
        "redis_up == 1",
        "nginx_up == 1",
        'gateway_http_requests_total{service="product-service",status="200"} > 0',
        'rabbitmq_detailed_queue_consumers{queue="order.stock"} == 2',
        'probe_success{instance="shop-https"} == 1',
        "probe_ssl_earliest_cert_expiry - time() > 800 * 86400",
        "count(slo:error_budget_remaining:ratio) == 11",
    ):
        wait_for(expression, partial(query, platform, expression), limit=60)


@pytest.mark.full
def test_healthy_platform_is_silent(platform: Layout, customer: Customer, admin: Admin) -> None:
    """Under a little load for a minute nothing is pending and nothing fires."""
    product = admin.add_product(stock=100)
    wait_for("what earlier tests set off to end", lambda: alerts(platform), lambda found: not found, limit=600)
    end = time.monotonic() + 60
    while time.monotonic() < end:
        order = customer.reserved_order(product)
        customer.pay(order)
        customer.until(order, "paid")
        assert customer.http.get("/api/products").status_code == 200
        assert not alerts(platform)
        time.sleep(0.5)  # a customer's pace, not a wait for anything


@pytest.mark.full
@pytest.mark.parametrize(
    ("program", "name"), [("redis", "RedisDown"), ("postgres", "PostgreSQLDown"), ("rabbitmq", "BrokerDown")]
)
def test_a_stopped_store_is_told_and_ends(platform: Layout, program: str, name: str) -> None:
    """Its alert reaches Alertmanager within 45 s, no other store's does, and it resolves after the repair."""
    with stopped(platform, program):
        told = wait_for(name, lambda: firing(platform), lambda names: name in names, limit=45)
        assert not told & ({"RedisDown", "PostgreSQLDown", "BrokerDown", "MongoDBFailing"} - {name})
    wait_for(f"{name} to end", lambda: firing(platform), lambda names: name not in names, limit=90)
