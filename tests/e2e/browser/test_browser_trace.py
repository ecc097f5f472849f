"""The trace contract from the click on: a checkout in the browser is one trace, and its root is the browser's."""

from playwright.sync_api import expect

from deploy.installation.layout import Layout
from tests.contract.traces import contract
from tests.e2e.browser.conftest import Visit
from tests.e2e.browser.test_shopping import go_to_checkout, orders_of
from tests.platform.client import Admin, Customer
from tests.platform.journeys import wait_for_exports, warm_up
from tests.platform.traces import TraceStore, new_traceparent
from tests.platform.visitor import Visitor
from tests.waiting import wait_for


def test_a_checkout_is_one_trace_from_the_click_to_paid(
    visit: Visit, platform: Layout, customer: Customer, admin: Admin
) -> None:
    """Found by the order's id; its root is the browser's `checkout`; nothing is missing, nothing unexpected."""
    product = admin.add_product(stock=1)
    warm_up(platform, customer, admin, product)
    visitor = visit(customer)
    go_to_checkout(visitor, product)
    visitor.button("Place order").click()
    expect(visitor.heading("Thank you for your order")).to_be_visible()
    (order,) = orders_of(customer)

    with TraceStore(platform) as store:
        agreed = contract("bought", with_gateway="gateway" in store.services())
        (trace_id,) = wait_for("the browser's spans", lambda: store.search("frontend", shop_order_id=order["id"]))
        wait_for("the whole trace", lambda: store.get(trace_id), agreed.is_complete)
        wait_for_exports(platform, store)  # what nobody expects may come later than what is missing
        wait_for_export_of(visitor, store)
        trace = store.get(trace_id)

    wrong = agreed.deviations(trace)
    assert not wrong, "\n".join(wrong)
    (root,) = trace.roots()
    assert (root.service, root.name) == ("frontend", "checkout")
    assert {"pay", "POST /api/orders", "POST /api/payments"} <= {
        s.name for s in trace.spans if s.service == "frontend"
    }


def wait_for_export_of(visitor: Visitor, store: TraceStore) -> None:
    """Until all spans of the page that had ended by now are in the store: they leave in the order of the ends."""
    trace_id, _, traceparent = new_traceparent()
    visitor.page.evaluate(
        "traceparent => fetch('/api/products/categories', {headers: {traceparent}}).then(() => null)", traceparent
    )
    wait_for(
        "the page's last span",
        lambda: {span.service for span in store.get(trace_id).spans},
        lambda seen: "frontend" in seen,
    )
