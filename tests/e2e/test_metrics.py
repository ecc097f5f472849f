"""A service has the metrics of its own parts, and each of them moves when the shop is used."""

import re
from pathlib import Path

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from deploy.installation.layout import Layout
from deploy.installation.services import instances
from tests.platform.client import Admin, Customer
from tests.platform.journeys import SERVICES
from tests.waiting import wait_for

ROOT = Path(__file__).parents[2]
# What need not move where nothing fails and nothing is at work at the moment of the scrape, with the test that
# moves it.
ELSEWHERE = {
    "http_server_active_requests": "tests/observability/test_fastapi.py",
    "shop_http_waiting_requests": "tests/services/shared/test_admission.py",
    "otel_sdk_processor_span_queue_size": "tests/observability/test_export.py",
    "shop_background_task_restarts": "tests/observability/test_tasks.py",
    "shop_outbox_pending_events": "tests/services/shared/events/test_relay.py",
    "shop_outbox_oldest_event_age_seconds": "tests/services/shared/events/test_relay.py",
    "shop_messages_redelivered": "tests/services/shared/events/test_consumer.py",
    "shop_messages_dead_lettered": "tests/services/shared/events/test_consumer.py",
    "shop_circuit_breaker_transitions": "tests/observability/test_breaker.py",
    "shop_retries": "tests/observability/test_retry.py",
    "shop_timeouts": "tests/observability/test_breaker.py",
}
_OF_THE_PROCESS = ("python_", "process_")  # of prometheus_client itself
# Parts, and families that only they move.
PARTS = {
    "shop_cache_requests": {"product-service"},
    "shop_outbox_pending_events": {"product-service", "order-service", "payment-service"},
    "shop_outbox_oldest_event_age_seconds": {"product-service", "order-service", "payment-service"},
    "messaging_client_sent_messages": {"product-service", "order-service", "payment-service"},
    "messaging_process_duration_seconds": {"product-service", "order-service", "payment-service"},
    "shop_messages_redelivered": {"product-service", "order-service", "payment-service"},
    "shop_messages_dead_lettered": {"product-service", "order-service", "payment-service"},
    "shop_orders": {"order-service"},
    "shop_payments": {"payment-service"},
    "shop_stock_reservations": {"product-service"},
    "shop_logins": {"user-service"},
    "shop_provider_charges": {"payment-provider"},
}


def families(platform: Layout, service: str) -> dict[str, bool]:
    """Each family that a service serves, and whether it has moved in one of its replicas."""
    found: dict[str, bool] = {}
    for name in instances(service):
        for family in text_string_to_metric_families(httpx.get(f"{platform.url(name)}/metrics").text):
            if family.name.startswith(_OF_THE_PROCESS):
                continue
            values = [sample.value for sample in family.samples]
            found[family.name] = found.get(family.name, False) or any(values)
    return found


@pytest.fixture(scope="module")
def used(platform: Layout) -> dict[str, dict[str, bool]]:
    """The families of each service after an order that was paid, one that was refused, one paid and cancelled."""
    with Admin(platform) as admin, Customer(platform) as customer:
        admin.sign_in()
        customer.sign_up()
        product = admin.add_product(stock=5)
        for _ in range(4):  # both replicas answer, from the store and from the cache
            customer.http.get(f"/api/products/{product}")
        customer.http.post("/api/users/refresh", json={"refreshToken": customer.tokens["refreshToken"]})
        paid = customer.reserved_order(product)
        customer.pay(paid)
        customer.until(paid, "paid")
        given_up = customer.reserved_order(product)
        customer.pay(given_up, "slow")
        customer.http.put(f"/api/orders/{given_up}/status", json={"status": "cancelled"})
        customer.until(given_up, "cancelled")
        customer.until(customer.order(product, 100), "rejected")
        wait_for("the refund", lambda: families(platform, "payment-service").get("shop_refunds"))
    return {service: families(platform, service) for service in SERVICES}


def test_a_service_has_no_metric_of_parts_that_it_lacks(used: dict[str, dict[str, bool]]) -> None:
    """Not even at 0: an alert on it would look as if it could fire."""
    for family, services in PARTS.items():
        assert {service for service, found in used.items() if family in found} == services, family


def test_every_metric_of_every_service_moves(used: dict[str, dict[str, bool]]) -> None:
    """In the shop's ordinary life, or in a test that is named here."""
    still = {
        service: unmoved
        for service, found in used.items()
        if (unmoved := {family for family, moved in found.items() if not moved} - ELSEWHERE.keys())
    }
    assert not still


def test_what_need_not_move_is_moved_elsewhere() -> None:
    """Its test names the metric. `shop_` is added to the names of ours, and stands in few tests."""
    silent = [
        name
        for name, test in ELSEWHERE.items()
        if not re.search(rf'["_]{name.removeprefix("shop_")}', (ROOT / test).read_text())
    ]
    assert silent == []
