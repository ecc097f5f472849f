"""One request id, from the client's header to the last message and log line it caused."""

import json
import uuid

import pytest

from deploy.installation.layout import Layout
from tests.platform.client import Admin, Customer
from tests.platform.messages import Recorder
from tests.waiting import wait_for


def services_with(platform: Layout, request_id: str) -> set[str]:
    """The services that logged this request id."""
    platform.gather_logs()
    found = set()
    for path in platform.logs.glob("*.log"):
        for line in path.read_text(encoding="utf-8").splitlines():
            if request_id in line:
                record = json.loads(line)
                if record["request_id"] == request_id:
                    found.add(record["service"])
    return found


def test_an_order_carries_its_request_id_everywhere(
    platform: Layout, customer: Customer, admin: Admin, messages: Recorder
) -> None:
    """Response, gateway, services, and the messages of reservation."""
    request_id = f"order-{uuid.uuid4().hex}"
    answer = customer.http.post(
        "/api/orders",
        json={"productId": admin.add_product(stock=2), "quantity": 1},
        headers={"X-Request-ID": request_id},
    )
    order_id = answer.json()["id"]

    assert answer.headers.get_list("x-request-id") == [request_id]
    seen = messages.until(order_id, "order.created", "stock.reserved")
    for message in seen:
        assert message.headers["x-request-id"] == request_id, message
        assert message.correlation_id == request_id
        assert message.headers["traceparent"]
    wait_for(
        "all logs",
        lambda: services_with(platform, request_id),
        lambda found: found >= {"gateway", "order-service", "product-service"},
    )


def test_a_payment_carries_its_request_id_through_the_provider_and_back(
    platform: Layout, customer: Customer, admin: Admin, messages: Recorder
) -> None:
    """Payment service, provider, webhook, and the messages that follow."""
    order_id = customer.reserved_order(admin.add_product(stock=2))
    before = len(messages.of(order_id))
    request_id = f"pay-{uuid.uuid4().hex}"
    answer = customer.pay(order_id, **{"X-Request-ID": request_id})

    assert answer.headers.get_list("x-request-id") == [request_id]
    seen = messages.until(order_id, "payment.succeeded", "order.paid")[before:]
    assert [message.headers["x-request-id"] for message in seen] == [request_id, request_id]
    wait_for(
        "all logs",
        lambda: services_with(platform, request_id),
        lambda found: (
            found >= {"gateway", "payment-service", "payment-provider", "order-service", "product-service"}
        ),
    )


@pytest.mark.parametrize("sent", ["short", "x" * 65, "with space here", "newline%0a-in-it"])
def test_an_id_of_another_form_is_replaced(customer: Customer, sent: str) -> None:
    """So that nobody writes into logs what is no id; problems name the one that was given instead."""
    answer = customer.http.get("/api/products/nothing-here", headers={"X-Request-ID": sent})

    assert answer.status_code == 404
    assert answer.headers["x-request-id"] != sent
    assert answer.json()["requestId"] == answer.headers["x-request-id"]
