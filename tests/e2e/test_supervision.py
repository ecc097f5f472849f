"""Kill any process, and it comes back; what was acknowledged is still there."""

import httpx
import pytest

from deploy.installation.layout import Layout
from tests.platform.client import Admin, Customer
from tests.platform.parts import parts
from tests.waiting import wait_for


@pytest.mark.parametrize(
    "program",
    [
        *("order-service-1", "product-service-1", "payment-service-1", "payment-provider"),
        *("gateway", "redis", "postgres", "mongo", "rabbitmq"),
        # An order does without these.
        *(pytest.param(name, marks=pytest.mark.full) for name in ("user-service-1", "jaeger", "prometheus")),
    ],
)
def test_a_killed_process_comes_back_and_orders_go_on(
    platform: Layout, customer: Customer, admin: Admin, program: str
) -> None:
    """An order from before the kill is paid after it, and a new one too."""
    product = admin.add_product(stock=5)
    before = customer.reserved_order(product)

    parts(platform).kill(program)

    def pay_again() -> int:
        try:
            return customer.pay(before).status_code
        except httpx.TransportError:
            return 0

    wait_for("the payment to be accepted", pay_again, lambda status: status in (202, 409))
    wait_for("the order to be readable", lambda: customer.http.get(f"/api/orders/{before}").status_code == 200)
    customer.until(before, "paid")
    body = {"productId": product, "quantity": 1}
    answer = wait_for("an order", lambda: customer.http.post("/api/orders", json=body), lambda a: a.is_success)
    customer.until(answer.json()["id"], "awaiting_payment")
