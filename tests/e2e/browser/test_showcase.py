"""The page of an order: what happened, step by step, and the ways to look at it from inside."""

import re

from playwright.sync_api import expect

from deploy.installation.layout import Layout
from tests.e2e.browser.conftest import Visit
from tests.platform.client import Admin, Customer
from tests.platform.faults import hanging
from tests.platform.visitor import Visitor

STORY = ["Order placed", "Stock reserved", "Payment accepted", "Call-back: charged", "Order paid"]


def steps_of(visitor: Visitor) -> list[str]:
    """The lines of the timeline."""
    return visitor.page.get_by_label("What happened").get_by_role("listitem").all_inner_texts()


def paid_order(customer: Customer, product: str) -> str:
    """The id of an order that was paid."""
    order_id = customer.reserved_order(product)
    customer.pay(order_id).raise_for_status()
    customer.until(order_id, "paid")
    return order_id


def test_an_order_tells_its_story_while_it_moves(visit: Visit, customer: Customer, admin: Admin) -> None:
    """Paid elsewhere while the page is open: each step appears by itself, with its time and its duration."""
    order_id = customer.reserved_order(admin.add_product(stock=1))
    visitor = visit(customer)
    visitor.expect_status(404, "/api/payments/")  # there is none yet
    visitor.page.goto(f"/orders/{order_id}")
    expect(visitor.page.get_by_text("Waiting for a payment")).to_be_visible()
    customer.pay(order_id).raise_for_status()

    expect(visitor.page.get_by_label("What happened").get_by_text("Order paid")).to_be_visible()
    expect(visitor.page.get_by_text("Waiting for")).to_have_count(0)
    expect(visitor.page.get_by_label("What happened").get_by_role("listitem")).to_have_count(len(STORY))
    lines = steps_of(visitor)
    assert [[part for part in line.split("\n") if part][1] for line in lines] == STORY  # after the mark
    assert all(re.search(r"\+[\d.]+ (ms|s|min)", line) for line in lines[1:])
    assert all(re.search(r"\d\d:\d\d:\d\d\.\d{3}", line) for line in lines)


def test_a_charge_under_way_is_not_paid_again(
    visit: Visit, platform: Layout, customer: Customer, admin: Admin
) -> None:
    """The page says that the payment is being confirmed. What is charged for a cancelled order is refunded."""
    order_id = customer.reserved_order(admin.add_product(stock=1))
    with hanging(platform, "payment-provider"):
        customer.pay(order_id).raise_for_status()
        visitor = visit(customer)
        visitor.page.goto(f"/orders/{order_id}")
        expect(visitor.page.get_by_text("Confirming payment")).to_be_visible()
        expect(visitor.page.get_by_text("Waiting for the payment provider's call-back")).to_be_visible()
        expect(visitor.link("Pay now")).to_have_count(0)
        visitor.button("Cancel order").click()
        expect(visitor.page.get_by_role("dialog")).to_contain_text("you get all of it back")
        visitor.button("Yes, cancel it").click()
        expect(visitor.page.get_by_text("The order is cancelled.")).to_be_visible()
    expect(visitor.page.get_by_label("What happened").get_by_text("Refunded")).to_be_visible()


def test_an_order_leads_to_its_trace_its_logs_and_its_events(
    visit: Visit, platform: Layout, customer: Customer, admin: Admin
) -> None:
    """For whoever sits at the machine: a link, the command for the logs, and the events themselves."""
    order_id = paid_order(customer, admin.add_product(stock=1))
    told = customer.http.get(f"/api/orders/{order_id}/history").json()
    visitor = visit(customer)
    visitor.page.goto(f"/orders/{order_id}")
    panel = visitor.page.get_by_label("See through it")
    expect(visitor.link("Open the trace")).to_have_attribute(
        "href", f"http://localhost:{platform.port('jaeger')}/trace/{told['traceId']}"
    )
    expect(panel).to_contain_text(f"./shop logs --request {told['requestId']}")
    expect(panel).to_contain_text(order_id)
    panel.get_by_text("3 events").click()
    rows = panel.get_by_role("row")
    expect(rows).to_have_count(4)
    expect(rows.nth(3)).to_contain_text(f"order.moved\tpaid\t{told['steps'][2]['at']}", use_inner_text=True)


def test_a_customer_elsewhere_gets_ids_and_no_dead_links(visit: Visit, customer: Customer, admin: Admin) -> None:
    """The tools listen on the machine of the shop: who is not there, and is no admin, is not sent to them."""
    order_id = paid_order(customer, admin.add_product(stock=1))
    told = customer.http.get(f"/api/orders/{order_id}/history").json()
    visitor = visit(customer)
    visitor.page.route("**/config.json", lambda route: route.fulfill(json={}))
    visitor.page.goto(f"/orders/{order_id}")
    panel = visitor.page.get_by_label("See through it")
    for text in (told["traceId"], told["requestId"], order_id):
        expect(panel).to_contain_text(text)
    expect(panel.get_by_role("link")).to_have_count(0)
    expect(panel).not_to_contain_text("./shop")
