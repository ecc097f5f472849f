"""The alerts of the running platform."""

from collections.abc import Sequence
from functools import partial

from deploy.installation.layout import Layout
from tests.platform.client import Customer
from tests.prometheus.live import query
from tests.waiting import wait_for

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
        'shop_gateway_http_requests_total{service="product-service",http_response_status_code="200"} > 0',
        'rabbitmq_detailed_queue_consumers{queue="order.stock"} == 2',
        'probe_success{instance="shop-https"} == 1',
        'probe_success{instance="shop-pages"} == 1',
        "probe_ssl_earliest_cert_expiry - time() > 800 * 86400",
        "count(slo:evidence:ratio) == 11",
    ):
        wait_for(expression, partial(query, platform, expression), limit=60)
