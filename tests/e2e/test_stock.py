"""More orders than stock, at the same time, while a replica dies."""

import threading
import uuid
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import httpx
import jwt
import pytest

from deploy.installation.layout import Layout
from tests.platform.client import Admin, Customer, anybody
from tests.platform.parts import parts
from tests.waiting import wait_for

ORDERS, STOCK = 50, 20


def order_for_certain(customer: Customer, product: str) -> tuple[str, str]:
    """Place one order as a patient client does: the same Idempotency-Key until there is an answer.

    Each is of another account, since one may have few unpaid orders. The ids of the order and of the account.
    """
    token = anybody(customer.layout)
    headers = {"Idempotency-Key": uuid.uuid4().hex, "Authorization": f"Bearer {token}"}

    def attempt() -> httpx.Response | None:
        try:
            return customer.http.post("/api/orders", json={"productId": product, "quantity": 1}, headers=headers)
        except httpx.TransportError:
            return None

    answer = wait_for("an order", attempt, lambda a: a is not None and a.status_code == 201)
    assert answer is not None
    return str(answer.json()["id"]), str(jwt.decode(token, options={"verify_signature": False})["sub"])


@pytest.mark.parametrize("kill", [False, True], ids=["all well", "an order replica is killed"])
def test_exactly_as_many_orders_as_stock_are_reserved(
    platform: Layout, customer: Customer, admin: Admin, kill: bool
) -> None:
    """50 orders for 20 pieces: 20 await payment, 30 are rejected, none is lost or there twice."""
    product = admin.add_product(stock=STOCK)
    killed = threading.Event()

    def one(number: int) -> tuple[str, str]:
        if kill and number == ORDERS // 3 and not killed.is_set():
            killed.set()
            parts(platform).kill("order-service-2")
        return order_for_certain(customer, product)

    with ThreadPoolExecutor(ORDERS) as pool:
        owners = dict(pool.map(one, range(ORDERS)))

    assert len(owners) == ORDERS
    outcomes = wait_for(
        "all orders to be decided",
        lambda: Counter(admin.http.get(f"/api/orders/{order_id}").json()["status"] for order_id in owners),
        lambda counts: counts["pending"] == 0,
    )
    assert outcomes == {"awaiting_payment": STOCK, "rejected": ORDERS - STOCK}
    assert admin.stock_now(product) == 0
    for order_id, owner in owners.items():
        placed = admin.http.get(f"/api/orders/user/{owner}").json()["items"]
        assert [order["id"] for order in placed] == [order_id]
