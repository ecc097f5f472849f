"""The contract of orders over HTTP."""

import uuid
from typing import Any

import pytest

from tests.platform.client import Admin, Client, Customer


def test_the_same_key_and_body_is_the_same_order(customer: Customer, admin: Admin) -> None:
    """However the body is spelled; another body is refused and places nothing."""
    product = admin.add_product(stock=10)
    key = {"Idempotency-Key": uuid.uuid4().hex}
    first = customer.http.post("/api/orders", json={"productId": product, "quantity": 2}, headers=key)
    again = customer.http.post("/api/orders", json={"items": [{"productId": product, "quantity": 2}]}, headers=key)
    other = customer.http.post("/api/orders", json={"productId": product, "quantity": 3}, headers=key)

    assert (first.status_code, again.status_code, other.status_code) == (201, 201, 422)
    assert first.json()["id"] == again.json()["id"]
    assert again.headers["Idempotency-Replayed"] == "true"
    assert len(customer.http.get(f"/api/orders/user/{customer.id}").json()["items"]) == 1


def test_a_price_change_never_alters_an_order(customer: Customer, admin: Admin) -> None:
    """The price at order time stays; the name in the history follows the product."""
    product = admin.add_product(stock=5, price_cents=1_000)
    order_id = customer.reserved_order(product, 2)
    edit = {"name": "Renamed", "category": "Test", "priceCents": 9_999}
    admin.http.put(f"/api/products/{product}", json=edit).raise_for_status()

    late = {"productId": product, "quantity": 1, "expectedTotalCents": 1_000}
    answer = customer.http.post("/api/orders", json=late)

    assert (answer.status_code, answer.json()["totalCents"]) == (409, 9_999)
    view = customer.order_view(order_id)
    assert (view["totalCents"], view["lines"][0]["unitPriceCents"]) == (2_000, 1_000)


def test_other_peoples_orders_do_not_exist(customer: Customer, admin: Admin) -> None:
    """404 for a stranger, also for their list; an admin sees them."""
    order_id = customer.order(admin.add_product(stock=1))
    with Customer(customer.layout) as stranger:
        stranger.sign_up()
        status = {"status": "cancelled"}
        assert stranger.http.get(f"/api/orders/{order_id}").status_code == 404
        assert stranger.http.put(f"/api/orders/{order_id}/status", json=status).status_code == 404
        assert stranger.http.get(f"/api/orders/user/{customer.id}").status_code == 404
        assert stranger.http.get(f"/api/payments/{order_id}").status_code == 404
        assert stranger.http.get("/api/orders").status_code == 403
    assert admin.http.get(f"/api/orders/{order_id}").json()["userId"] == customer.id


def test_lists_are_paged_without_gap_or_repetition(customer: Customer, admin: Admin) -> None:
    """Newest first, by cursor."""
    product = admin.add_product(stock=10)
    placed = [customer.order(product) for _ in range(5)]
    seen: list[str] = []
    cursor: dict[str, str] = {}
    while True:
        page = customer.http.get(f"/api/orders/user/{customer.id}", params={"limit": "2", **cursor}).json()
        seen += [order["id"] for order in page["items"]]
        if page["nextCursor"] is None:
            break
        cursor = {"cursor": page["nextCursor"]}

    assert seen == placed[::-1]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"items": []},
        {"productId": 1, "quantity": 0},
        {"productId": 1, "quantity": 101},
        {"productId": 1, "quantity": "many"},
        {"productId": "1\x00", "quantity": 1},
        {"productId": True, "quantity": 1},
        {"productId": 1, "quantity": 1, "items": [{"productId": 2, "quantity": 1}]},
        {"items": [{"productId": 1, "quantity": 60}, {"productId": "1", "quantity": 60}]},
        {"items": [{"productId": str(n), "quantity": 1} for n in range(1, 52)]},
        {"productId": "no-such-product", "quantity": 1},
        {"productId": 1, "quantity": 1, "totalCents": 1},
        {"productId": 1, "quantity": 1, "shippingAddress": {"name": "\x00"}},
    ],
)
def test_a_body_that_is_no_order_is_refused(customer: Customer, body: dict[str, Any]) -> None:
    """422 with what is wrong, and nothing is placed."""
    answer = customer.http.post("/api/orders", json=body)

    assert answer.status_code == 422, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert {"type", "title", "status", "detail", "requestId", "traceId"} <= answer.json().keys()
    assert customer.http.get(f"/api/orders/user/{customer.id}").json()["items"] == []


@pytest.mark.parametrize("cursor", ["x", "bnVsbA", "WyJ4IiwgIngiXQ", "%00", "W" * 100])
def test_a_cursor_that_is_not_ours_is_refused(customer: Customer, cursor: str) -> None:
    """422, never a failure of the server."""
    answer = customer.http.get(f"/api/orders/user/{customer.id}", params={"cursor": cursor})

    assert answer.status_code == 422, answer.text


@pytest.mark.parametrize("token", ["", "Bearer", "Bearer x.y.z", "Basic abc", "Bearer " + "e30." * 3])
def test_without_a_good_token_there_is_401(platform: Any, token: str) -> None:
    """As a problem document that says which scheme is wanted."""
    with Client(platform) as nobody:
        answer = nobody.http.get("/api/orders", headers={"Authorization": token})

    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Bearer")
    assert answer.json()["status"] == 401
