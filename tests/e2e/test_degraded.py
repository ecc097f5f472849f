"""What users can still do while a part is down, and that all is well when it is back."""

import time
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest

from deploy.installation.layout import Layout
from deploy.native import rolling
from tests.platform.client import Admin, Client, Customer, anybody
from tests.platform.faults import metric, stopped
from tests.waiting import wait_for


def test_without_redis_the_shop_goes_on(platform: Layout, customer: Customer, admin: Admin) -> None:
    """Catalogue from MongoDB, tokens stay good, login without a refresh token; the cache comes back."""
    product = admin.add_product(stock=2)
    email, password = f"r-{uuid.uuid4().hex}@example.com", "a good password"
    with Client(platform) as visitor, stopped(platform, "redis"):
        for _ in range(12):
            answer = visitor.http.get("/api/products/1")
            assert (answer.status_code, answer.headers["x-cache"]) == (200, "MISS")
        assert customer.http.get("/api/users/profile").status_code == 200
        registered = visitor.http.post("/api/users/register", json={"email": email, "password": password})
        login = visitor.http.post("/api/users/login", json={"email": email, "password": password})
        customer.until(customer.order(product), "awaiting_payment")

    assert registered.status_code == 201
    assert (login.status_code, login.json()["refreshToken"]) == (200, None)
    with Client(platform) as visitor:
        wait_for(
            "a hit", lambda: visitor.http.get("/api/products/1").headers["x-cache"], lambda cache: cache == "HIT"
        )


def test_without_the_product_service_orders_are_readable_and_new_ones_wait(
    platform: Layout, customer: Customer, admin: Admin
) -> None:
    """503 with Retry-After, at once when the breaker is open; the next order works when it is back."""
    product = admin.add_product(stock=3)
    order_id = customer.order(product)
    body = {"productId": product, "quantity": 1}
    with stopped(platform, "product-service-1", "product-service-2"):
        answers = [customer.http.post("/api/orders", json=body) for _ in range(20)]
        assert customer.order_view(order_id)["id"] == order_id
        rejected = sum(
            metric(
                platform,
                "order-service",
                "shop_circuit_breaker_calls_total",
                breaker="product-service",
                outcome="rejected",
            )
        )

    assert {answer.status_code for answer in answers} == {503}
    assert all(int(answer.headers["retry-after"]) >= 1 for answer in answers)
    assert rejected > 0
    assert min(answer.elapsed.total_seconds() for answer in answers) < 0.1
    answer = wait_for("an order", lambda: customer.http.post("/api/orders", json=body), lambda a: a.is_success)
    customer.until(answer.json()["id"], "awaiting_payment")
    assert len(customer.http.get(f"/api/orders/user/{customer.id}").json()["items"]) == 2


def test_without_the_provider_payments_are_taken_and_finished_later(
    platform: Layout, customer: Customer, admin: Admin
) -> None:
    """202 and `processing`; paid when it is back."""
    order_id = customer.reserved_order(admin.add_product(stock=1))
    with stopped(platform, "payment-provider"):
        assert customer.pay(order_id).status_code == 202
        wait_for(
            "an attempt that failed",
            lambda: sum(
                metric(
                    platform,
                    "payment-service",
                    "shop_circuit_breaker_calls_total",
                    breaker="payment-provider",
                    outcome="failure",
                )
            ),
        )
        assert customer.payment(order_id)["status"] == "processing"

    customer.until(order_id, "paid")


@pytest.mark.full  # that the broker comes back after a kill is seen in test_supervision
def test_without_the_broker_orders_are_taken_and_decided_later(
    platform: Layout, customer: Customer, admin: Admin
) -> None:
    """The outbox grows, drains by itself, and is told by the gauges."""
    product = admin.add_product(stock=10)
    with stopped(platform, "rabbitmq"):
        ids = [customer.order(product) for _ in range(5)]
        pending = wait_for(
            "the gauge",
            lambda: max(metric(platform, "order-service", "shop_outbox_pending_events")),
            lambda n: n >= 5,
        )
        assert {customer.order_view(order_id)["status"] for order_id in ids} == {"pending"}

    assert pending >= 5
    for order_id in ids:
        customer.until(order_id, "awaiting_payment")
    wait_for(
        "the outbox to be empty", lambda: max(metric(platform, "order-service", "shop_outbox_pending_events")) == 0
    )
    assert admin.stock_now(product) == 5


def test_without_trace_store_and_prometheus_nobody_notices(
    platform: Layout, customer: Customer, admin: Admin
) -> None:
    """A whole purchase; the spans that are lost are counted."""
    with stopped(platform, "jaeger", "prometheus"):
        order_id = customer.reserved_order(admin.add_product(stock=1))
        customer.pay(order_id).raise_for_status()
        customer.until(order_id, "paid")
        exported = "otel_sdk_exporter_span_exported_total"
        wait_for(
            "lost spans",
            lambda: sum(metric(platform, "order-service", exported, error_type="_OTHER")),
        )


@pytest.mark.native  # ./shop restart; for containers that is Kubernetes' work
def test_a_rolling_restart_loses_no_request(platform: Layout, customer: Customer, admin: Admin) -> None:
    """Reads and orders go on while the order service is restarted, replica by replica."""
    product = admin.add_product(stock=10_000)
    done = False

    def load(number: int) -> list[str]:
        answers = []
        with Customer(platform) as other:
            own = {"Authorization": customer.http.headers["Authorization"]}
            other.http.headers["Connection"] = "close"  # see TROUBLESHOOTING: kept connections end with a reload
            while not done:
                if number % 2:  # by one account after another: each may have few unpaid orders
                    new = {"Authorization": f"Bearer {anybody(platform)}"}
                    body = {"productId": product, "quantity": 1}
                    answer = other.http.post("/api/orders", json=body, headers=new)
                else:
                    answer = other.http.get(f"/api/orders/user/{customer.id}", headers=own)
                answers.append("ok" if answer.is_success else f"{answer.status_code} {answer.text}")
                time.sleep(0.05)  # the pace of a load, not a wait for anything
        return answers

    with ThreadPoolExecutor(4) as pool:
        running = [pool.submit(load, number) for number in range(4)]
        try:
            rolling.restart(platform, "order-service")
        finally:
            done = True
    answers = [answer for future in running for answer in future.result()]

    assert len(answers) > 50
    assert set(answers) == {"ok"}


@pytest.mark.full
def test_thirty_seconds_without_the_broker_lose_no_order(
    platform: Layout, customer: Customer, admin: Admin
) -> None:
    """Ten orders a second; each that was answered with 201 is reserved after the broker's return."""
    product = admin.add_product(stock=400)
    ids: dict[str, str] = {}
    with stopped(platform, "rabbitmq"):
        end = time.monotonic() + 30
        while time.monotonic() < end:
            if len(ids) % 10 == 0:  # one account may have few unpaid orders
                customer.http.headers["Authorization"] = f"Bearer {anybody(platform)}"
            ids[customer.order(product)] = str(customer.http.headers["Authorization"])
            time.sleep(0.1)

    for order_id, customer.http.headers["Authorization"] in ids.items():
        customer.until(order_id, "awaiting_payment")
    assert admin.stock_now(product) == 400 - len(ids)
