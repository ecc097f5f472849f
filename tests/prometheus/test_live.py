"""The alerts of the running platform."""

import time
from collections.abc import Sequence
from functools import partial

import pytest

from deploy.installation.layout import Layout
from tests.platform.client import Customer, wait_for
from tests.platform.faults import hanging, stopped
from tests.prometheus.live import firing, query

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


# The alert for each part that is broken. A provider that hangs is a service like others: ServiceDown names it. How
# long it may take: scrapes (5 s, and 4 s until one that hangs is given up), the alert's own `for`, an evaluation.
FAULTS = {
    "redis": (stopped, ("RedisDown", "redis")),
    "postgres": (stopped, ("PostgreSQLDown", "postgres")),
    "rabbitmq": (stopped, ("BrokerDown", "rabbitmq")),
    "frontend": (stopped, ("FrontendDown", "frontend")),
    "payment-provider": (hanging, ("ServiceDown", "payment-provider")),
}
TOLD_WITHIN, WATCHED, OVER_WITHIN = 45.0, 60.0, 90.0  # seconds
PARTS = {"RedisDown", "PostgreSQLDown", "BrokerDown", "BrokerAlarm", "MongoDBFailing", "GatewayDown"} | {
    *("FrontendDown", "ServiceDown", "ServiceNotReady", "TargetDown")
}


@pytest.mark.full
@pytest.mark.parametrize("program", FAULTS)
def test_a_broken_part_is_told_and_ends(platform: Layout, program: str) -> None:
    """Its alert reaches Alertmanager in time, no other part's does for as long as it lasts, and it resolves."""
    broken, alert = FAULTS[program]
    wait_for("other parts' alerts to end", lambda: _parts(platform), lambda seen: not seen, limit=120)
    began = time.monotonic()
    with broken(platform, program):
        wait_for(str(alert), lambda: _parts(platform), lambda seen: alert in seen, limit=TOLD_WITHIN)
        told = time.monotonic() - began
        while time.monotonic() - began < WATCHED:
            assert _parts(platform) == {alert}
            time.sleep(1)
    repaired = time.monotonic()
    wait_for(f"{alert} to end", lambda: _parts(platform), lambda seen: alert not in seen, limit=OVER_WITHIN)
    over = time.monotonic() - repaired
    print(f"{program}: {alert[0]} after {told:.0f} s, over {over:.0f} s after the repair")  # noqa: T201


def _parts(platform: Layout) -> set[tuple[str, str]]:
    return {alert for alert in firing(platform) if alert[0] in PARTS}
