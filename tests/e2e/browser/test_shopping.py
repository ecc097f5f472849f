"""Buying, as people do it: with the pages."""

import re
import uuid

import pytest
from playwright.sync_api import Page, Route, expect

from deploy.installation.layout import Layout
from deploy.installation.services import instances
from tests.e2e.browser.conftest import Visit
from tests.platform.client import PASSWORD, Admin, Customer
from tests.platform.faults import stopped
from tests.platform.visitor import Visitor
from tests.waiting import wait_for


def fill_address(page: Page) -> None:
    """Where it goes."""
    page.get_by_label("Full name").fill("Ada Lovelace")
    page.get_by_label("Street and number").fill("St James's Square 12")
    page.get_by_label("Postal code").fill("10115")
    page.get_by_label("City").fill("Berlin")


def go_to_checkout(visitor: Visitor, product: str, card: str = "Succeeds") -> None:
    """From the product's page, by its buttons, to the form that only has to be sent."""
    visitor.page.goto(f"/products/{product}")
    visitor.button("Add to cart").click()
    visitor.link("Cart, 1 item").click()
    visitor.link("Go to checkout").click()
    fill_address(visitor.page)
    visitor.button(card).click()


def orders_of(customer: Customer) -> list[dict[str, str]]:
    """What the order service knows of a customer."""
    found: list[dict[str, str]] = customer.http.get(f"/api/orders/user/{customer.id}").json()["items"]
    return found


def test_somebody_new_registers_searches_orders_and_pays(visit: Visit, admin: Admin) -> None:
    """From the first visit to the order in the history."""
    name = admin.http.get(f"/api/products/{admin.add_product(stock=5, price_cents=1_250)}").json()["name"]
    visitor = visit()
    page = visitor.page
    page.goto("/")
    visitor.link("Log in").click()
    visitor.link("Create an account").click()
    expect(visitor.heading("Create an account")).to_be_visible()  # the page before it has the same two fields
    page.get_by_label("Your name").fill("Ada Byron")
    page.get_by_label("Email").fill(f"b-{uuid.uuid4().hex}@example.com")
    page.get_by_label("Password").fill(PASSWORD)
    visitor.button("Create account").click()
    expect(visitor.link("Account")).to_be_visible()

    page.get_by_role("combobox", name="Search products").fill(name)
    page.keyboard.press("Enter")
    visitor.link(name).click()
    visitor.button(f"One more of {name}").click()
    visitor.button("Add to cart").click()
    visitor.link("Cart, 2 items").click()
    visitor.link("Go to checkout").click()
    expect(page.get_by_label("Full name")).to_have_value("Ada Byron")  # as the account has it
    fill_address(visitor.page)
    visitor.button("Succeeds").click()
    expect(page.get_by_label("Your order")).to_contain_text("€25.00")
    visitor.button("Place order").click()

    expect(visitor.heading("Thank you for your order")).to_be_visible()
    expect(page.get_by_text("Your card was charged €25.00.")).to_be_visible()
    expect(visitor.link("Cart, 0 items")).to_be_visible()
    visitor.link("Orders").click()
    order = page.get_by_role("listitem").filter(has_text=name)
    expect(order).to_contain_text("Paid")
    order.get_by_role("link").click()
    expect(page.get_by_text("Your order is paid. We will send it soon.")).to_be_visible()
    expect(page.get_by_text("€25.00 with Visa ending in 4242")).to_be_visible()
    expect(page.get_by_text("Ada Lovelace")).to_be_visible()


def test_after_a_declined_card_another_one_pays_the_same_order(
    visit: Visit, customer: Customer, admin: Admin
) -> None:
    """The page says what happened, keeps the order, and shows both attempts."""
    visitor = visit(customer)
    go_to_checkout(visitor, admin.add_product(stock=1), "Declined")
    visitor.button("Place order").click()
    expect(visitor.heading("Your card was declined")).to_be_visible()

    visitor.button("Succeeds").click()
    visitor.button("Pay €10.00").click()

    expect(visitor.heading("Thank you for your order")).to_be_visible()
    visitor.link("View your order").click()
    expect(visitor.page.get_by_text("Call-back: declined")).to_be_visible()
    expect(visitor.page.get_by_text("Call-back: charged")).to_be_visible()
    assert [order["status"] for order in orders_of(customer)] == ["paid"]


@pytest.mark.parametrize("how", ["double click", "two tabs"])
def test_a_double_click_orders_and_charges_once(visit: Visit, customer: Customer, admin: Admin, how: str) -> None:
    """Also when the second click is in another tab of the same browser."""
    visitor = visit(customer)
    visitor.expect_status(404, "/api/payments/")  # the later tab asks whether there is a payment
    visitor.expect_status(409, "/api/payments")  # or tries to make one
    go_to_checkout(visitor, admin.add_product(stock=5))
    if how == "double click":
        visitor.button("Place order").dblclick()
    else:
        other = visitor.context.new_page()
        other.goto("/checkout")
        fill_address(other)
        other.get_by_role("button", name="Succeeds").click()
        for tab in (other, visitor.page):
            button = tab.get_by_role("button", name="Place order")
            button.evaluate("button => { setTimeout(() => button.isConnected && button.click(), 200) }")
    (order,) = wait_for("an order", lambda: orders_of(customer))
    customer.until(order["id"], "paid")
    if how == "double click":
        expect(visitor.heading("Thank you for your order")).to_be_visible()

    assert len(orders_of(customer)) == 1
    assert len(customer.payment(order["id"])["attempts"]) == 1


def test_a_checkout_survives_the_loss_of_both_order_replicas(
    visit: Visit, platform: Layout, customer: Customer, admin: Admin
) -> None:
    """They die after placing the order and before the page hears of it: it says so; trying again finds it."""
    visitor = visit(customer)
    for status in (502, 503, 504):
        visitor.expect_status(status, "/api/orders")
    go_to_checkout(visitor, admin.add_product(stock=5))
    placed: list[Route] = []

    def hold(route: Route) -> None:
        assert route.fetch().status == 201
        placed.append(route)

    visitor.page.route("**/api/orders", hold, times=1)
    visitor.button("Place order").click()
    wait_for("the order", lambda: visitor.page.wait_for_timeout(50) or placed)  # type: ignore[func-returns-value]
    with stopped(platform, *instances("order-service")):
        placed[0].abort()
        expect(visitor.page.get_by_text("We keep trying with the same order")).to_be_visible()
        expect(visitor.heading("The shop is not answering")).to_be_visible()
        expect(visitor.page.get_by_text("We do not know yet whether we received your order.")).to_be_visible()
    visitor.button("Try again").click()

    expect(visitor.heading("Thank you for your order")).to_be_visible()
    (order,) = orders_of(customer)
    assert order["status"] == "paid"
    assert len(customer.payment(order["id"])["attempts"]) == 1


def test_the_page_of_an_order_is_about_that_order(visit: Visit, customer: Customer, admin: Admin) -> None:
    """While another order is under way the page says so; then it asks for a card for its own order."""
    order_id = customer.reserved_order(admin.add_product(stock=1, price_cents=5_000))
    visitor = visit(customer)
    visitor.expect_status(404, "/api/payments/")  # there is none
    go_to_checkout(visitor, admin.add_product(stock=1), "Slow")
    visitor.button("Place order").click()
    expect(visitor.heading("One moment")).to_be_visible()
    visitor.link("Orders").click()
    visitor.page.locator(f'a[href="/orders/{order_id}"]').click()
    visitor.link("Pay now").click()

    expect(visitor.heading("Another order is under way")).to_be_visible()
    expect(visitor.link("your other order")).to_have_attribute("href", "/checkout")
    expect(visitor.button("Pay €50.00")).to_be_visible()
    expect(visitor.link("Cart, 0 items")).to_be_visible()
    assert sorted(order["status"] for order in orders_of(customer)) == ["awaiting_payment", "paid"]


def test_what_was_bought_leaves_the_cart_at_the_next_login(visit: Visit, customer: Customer, admin: Admin) -> None:
    """The customer logs out while the payment waits. Nothing of what was typed is kept meanwhile."""
    visitor = visit(customer)
    page = visitor.page
    go_to_checkout(visitor, admin.add_product(stock=1), "Slow")
    with page.expect_response(lambda answer: answer.request.method == "POST" and "/payments" in answer.url):
        visitor.button("Place order").click()
    visitor.link("Account").click()
    visitor.button("Log out").click()
    expect(visitor.link("Log in")).to_be_visible()
    expect(visitor.link("Cart, 1 item")).to_be_visible()
    (order,) = orders_of(customer)
    customer.until(order["id"], "paid")
    assert "St James" not in page.evaluate("JSON.stringify(localStorage)")

    visitor.link("Log in").click()
    page.get_by_label("Email").fill(customer.email)
    page.get_by_label("Password").fill(PASSWORD)
    visitor.button("Log in").click()
    expect(visitor.link("Cart, 0 items")).to_be_visible()


def test_what_was_typed_is_still_there_after_a_look_at_the_cart(
    visit: Visit, customer: Customer, admin: Admin
) -> None:
    """The address is kept in memory, and not in the browser's storage."""
    visitor = visit(customer)
    go_to_checkout(visitor, admin.add_product(stock=1))
    visitor.link("Change").click()
    visitor.link("Go to checkout").click()

    expect(visitor.page.get_by_label("City")).to_have_value("Berlin")
    assert "Berlin" not in visitor.page.evaluate("JSON.stringify(localStorage)")


def test_an_order_that_nobody_knows_cannot_be_paid(visit: Visit, customer: Customer) -> None:
    """The page says so, with the request's ids, and shows the way to the orders that there are."""
    visitor = visit(customer)
    visitor.expect_status(404, "/api/orders/")
    with visitor.page.expect_response("**/api/orders/*") as asked:
        visitor.page.goto(f"/checkout/{uuid.uuid4()}")

    expect(visitor.heading("There is no such order")).to_be_visible()
    expect(visitor.page.get_by_text(asked.value.headers["x-request-id"])).to_be_visible()
    visitor.link("View your orders").click()
    expect(visitor.page).to_have_url(re.compile("/orders$"))


def test_an_order_that_was_cancelled_meanwhile_is_not_said_to_be_reserved(
    visit: Visit, customer: Customer, admin: Admin
) -> None:
    """The card was declined, the customer looks around, the order's time is over: on return the page knows."""
    visitor = visit(customer)
    go_to_checkout(visitor, admin.add_product(stock=1), "Declined")
    visitor.button("Place order").click()
    expect(visitor.heading("Your card was declined")).to_be_visible()
    visitor.link("Orders").click()
    expect(visitor.heading("Your orders")).to_be_visible()  # while its code loads, one is not there yet
    (order,) = orders_of(customer)
    cancel = {"status": "cancelled"}
    customer.http.put(f"/api/orders/{order['id']}/status", json=cancel).raise_for_status()
    visitor.page.go_back()

    expect(visitor.heading("The order was cancelled")).to_be_visible()


def test_the_back_button_goes_through_the_pages_and_keeps_the_filters(visit: Visit, customer: Customer) -> None:
    """What was searched for is in the address, so back and forth show it again."""
    cheapest = customer.http.get("/api/products?category=Garden&sort=price&limit=1").json()["items"][0]["name"]
    visitor = visit()
    page = visitor.page
    page.goto("/?category=Garden")
    page.get_by_label("Sort by").select_option("Price, low to high")
    first = page.get_by_role("list").get_by_role("heading", level=2).first
    expect(first).to_have_text(cheapest)
    first.get_by_role("link").click()
    expect(visitor.heading(cheapest)).to_be_visible()

    page.go_back()
    expect(page).to_have_url(re.compile("sort=price"))
    expect(page.get_by_label("Sort by")).to_have_value("price")
    expect(first).to_have_text(cheapest)
    page.go_forward()
    expect(visitor.heading(cheapest)).to_be_visible()


def test_back_from_a_paid_order_does_not_order_again(visit: Visit, customer: Customer, admin: Admin) -> None:
    """The checkout is over: the cart is empty, and there is nothing to send a second time."""
    visitor = visit(customer)
    go_to_checkout(visitor, admin.add_product(stock=2))
    visitor.button("Place order").click()
    visitor.link("View your order").click()
    expect(visitor.page.get_by_text("Your order is paid. We will send it soon.")).to_be_visible()

    visitor.page.go_back()

    expect(visitor.page.get_by_text("Your cart is empty")).to_be_visible()
    assert len(orders_of(customer)) == 1


def test_an_order_is_found_cancelled_by_its_owner(visit: Visit, customer: Customer, admin: Admin) -> None:
    """From the history, after a question; the stock comes back."""
    product = admin.add_product(stock=1)
    order_id = customer.reserved_order(product)
    visitor = visit(customer)
    visitor.expect_status(404, "/api/payments/")  # there is none
    visitor.page.goto(f"/orders/{order_id}")
    visitor.button("Cancel order").click()
    visitor.button("Yes, cancel it").click()

    expect(visitor.page.get_by_role("main").get_by_text("Cancelled", exact=True)).to_be_visible()
    expect(visitor.page.get_by_role("heading", level=1)).to_be_focused()  # the button that had the focus has gone
    customer.until(order_id, "cancelled")


def test_what_was_sold_meanwhile_is_told(visit: Visit, customer: Customer, admin: Admin) -> None:
    """Rejected for stock: nothing is charged, and the cart is as it was."""
    product = admin.add_product(stock=1)
    visitor = visit(customer)
    go_to_checkout(visitor, product)
    customer.reserved_order(product)  # somebody is faster
    visitor.button("Place order").click()

    expect(visitor.heading("Out of stock")).to_be_visible()
    expect(visitor.link("Cart, 1 item")).to_be_visible()


def test_a_price_that_changed_is_told_before_anything_is_ordered(
    visit: Visit, customer: Customer, admin: Admin
) -> None:
    """Both prices; then the order is placed at the new one."""
    product = admin.add_product(stock=1)
    visitor = visit(customer)
    visitor.expect_status(409, "/api/orders")
    go_to_checkout(visitor, product)
    edit = {"name": "Dearer", "category": "Test", "priceCents": 2_000}
    admin.http.put(f"/api/products/{product}", json=edit).raise_for_status()
    visitor.button("Place order").click()

    expect(visitor.page.get_by_role("alert").filter(has_text="€10.00")).to_contain_text("€20.00")
    expect(visitor.heading("Checkout")).to_be_focused()
    assert orders_of(customer) == []
    visitor.button("Place order").click()  # the card that was typed is still there
    expect(visitor.page.get_by_text("Your card was charged €20.00.")).to_be_visible()
