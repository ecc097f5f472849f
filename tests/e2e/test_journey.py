"""The saga of an order, with every ending it can have."""

import uuid
from collections.abc import Callable

import pytest

from tests.platform.client import Admin, Customer
from tests.waiting import wait_for


def test_a_purchase_is_paid_within_two_seconds_and_its_stock_is_sold(customer: Customer, admin: Admin) -> None:
    """created -> reserved -> payment -> webhook -> paid -> committed."""
    product = admin.add_product(stock=10)
    order_id = customer.reserved_order(product, 2)
    assert admin.stock_now(product) == 8

    answer = customer.pay(order_id)

    assert answer.status_code == 202
    assert answer.json()["status"] == "processing"
    assert customer.until(order_id, "paid", limit=2)["totalCents"] == 2_000
    payment = customer.payment(order_id)
    assert (payment["status"], payment["amountCents"], payment["card"]) == (
        "succeeded",
        2_000,
        {"brand": "visa", "last4": "4242"},
    )
    assert admin.stock_now(product) == 8


def test_an_order_without_stock_is_rejected(customer: Customer, admin: Admin) -> None:
    """Nothing stays reserved, of no line, and it cannot be paid."""
    plenty, short = admin.add_product(stock=5), admin.add_product(stock=1)
    body = {"items": [{"productId": plenty, "quantity": 2}, {"productId": short, "quantity": 2}]}
    order_id = customer.http.post("/api/orders", json=body).json()["id"]

    assert customer.until(order_id, "rejected")["reason"] == "out of stock"
    assert (admin.stock_now(plenty), admin.stock_now(short)) == (5, 1)
    assert customer.pay(order_id).status_code == 409


def test_a_declined_card_can_be_followed_by_a_good_one(customer: Customer, admin: Admin) -> None:
    """awaiting_payment -> payment_failed -> paid; both attempts are told."""
    order_id = customer.reserved_order(admin.add_product(stock=3))
    assert customer.pay(order_id, "declined").status_code == 202
    customer.until(order_id, "payment_failed")

    assert customer.pay(order_id, "good").status_code == 202

    customer.until(order_id, "paid")
    attempts = customer.payment(order_id)["attempts"]
    assert sorted(attempt["status"] for attempt in attempts) == ["failed", "succeeded"]


def test_a_cancelled_order_gives_its_stock_back(customer: Customer, admin: Admin) -> None:
    """By its owner, once: a second time changes nothing. Paying it is a conflict."""
    product = admin.add_product(stock=3)
    order_id = customer.reserved_order(product, 3)

    answer = customer.http.put(f"/api/orders/{order_id}/status", json={"status": "cancelled"})

    assert (answer.status_code, answer.json()["status"]) == (200, "cancelled")
    wait_for("the stock to be released", lambda: admin.stock_now(product), lambda stock: stock == 3)
    again = customer.http.put(f"/api/orders/{order_id}/status", json={"status": "cancelled"})
    assert (again.status_code, again.json()["status"]) == (200, "cancelled")
    assert admin.stock_now(product) == 3
    assert customer.pay(order_id).status_code == 409


def test_a_late_success_of_a_cancelled_order_is_refunded(customer: Customer, admin: Admin) -> None:
    """The slow card succeeds after the order was cancelled: the money goes back, the stock too."""
    product = admin.add_product(stock=1)
    order_id = customer.reserved_order(product)
    assert customer.pay(order_id, "slow").status_code == 202

    customer.http.put(f"/api/orders/{order_id}/status", json={"status": "cancelled"}).raise_for_status()

    customer.until_payment(order_id, "refunded")
    assert customer.order_view(order_id)["status"] == "cancelled"
    assert admin.stock_now(product) == 1


@pytest.mark.parametrize("kind", ["silent", "twice"])
def test_a_provider_that_is_silent_or_repeats_itself_ends_the_same(
    customer: Customer, admin: Admin, kind: str
) -> None:
    """Silent: the payment service asks. Twice and out of order: paid once."""
    product = admin.add_product(stock=4)
    order_id = customer.reserved_order(product)
    assert customer.pay(order_id, kind).status_code == 202

    customer.until(order_id, "paid")

    assert len(customer.payment(order_id)["attempts"]) == 1
    assert admin.stock_now(product) == 3


def test_an_unpaid_order_expires(customer: Customer, admin: Admin, age_order: Callable[[str], None]) -> None:
    """By the database's clock; the stock comes back."""
    product = admin.add_product(stock=1)
    order_id = customer.reserved_order(product)

    age_order(order_id)

    assert customer.until(order_id, "cancelled", limit=60)["reason"] == "expired"  # none does 30 s after a start
    wait_for("the stock to be released", lambda: admin.stock_now(product), lambda stock: stock == 1)


def test_two_payments_of_one_order_do_not_run_at_once(customer: Customer, admin: Admin) -> None:
    """The second is a conflict; with the same Idempotency-Key it is the same payment."""
    order_id = customer.reserved_order(admin.add_product(stock=1))
    key = uuid.uuid4().hex
    first = customer.pay(order_id, "slow", **{"Idempotency-Key": key})
    same = customer.pay(order_id, "slow", **{"Idempotency-Key": key})
    other = customer.pay(order_id, "good")

    assert (first.status_code, same.status_code, other.status_code) == (202, 202, 409)
    assert first.json()["id"] == same.json()["id"]
    customer.until(order_id, "paid")


def test_an_admin_fulfils_a_paid_order_and_nobody_cancels_it_then(customer: Customer, admin: Admin) -> None:
    """fulfilled is final, and for admins only."""
    order_id = customer.reserved_order(admin.add_product(stock=1))
    customer.pay(order_id)
    customer.until(order_id, "paid")
    path, body = f"/api/orders/{order_id}/status", {"status": "fulfilled"}

    assert customer.http.put(path, json=body).status_code == 409
    assert admin.http.put(path, json=body).json()["status"] == "fulfilled"
    assert customer.http.put(path, json={"status": "cancelled"}).status_code == 409
