"""What a page tells of itself beside its requests, and that it needs nobody to listen."""

import time
import uuid
from collections.abc import Callable

import pytest
from playwright.sync_api import Route, expect

from deploy.installation.layout import Layout
from tests.e2e.browser.conftest import Visit
from tests.e2e.browser.test_shopping import go_to_checkout, orders_of
from tests.platform.client import Admin, Customer
from tests.platform.names import span_faults
from tests.platform.traces import Trace, TraceStore
from tests.waiting import wait_for

FOURTH_ATTEMPT = 7.0  # s after the first: pauses of 2 s (Retry-After), or of 1, 1.5 and 2.25 s and a fifth more


def refuse(route: Route) -> None:
    """As an ad blocker does."""
    route.abort()


def fail(route: Route) -> None:
    """As the gateway does while the trace store is down."""
    route.fulfill(status=502, headers={"Retry-After": "2"})


@pytest.mark.parametrize("obstacle", [pytest.param(refuse, marks=pytest.mark.full), fail])
def test_shop_works_when_spans_cannot_be_sent(
    visit: Visit, customer: Customer, admin: Admin, obstacle: Callable[[Route], None]
) -> None:
    """A whole checkout, without an error in the page, and no more than three attempts for a batch."""
    product = admin.add_product(stock=1)
    visitor = visit(customer)
    visitor.expect_status(502, "/otlp/")
    attempts: dict[bytes, list[float]] = {}  # when each batch was sent

    def meet(route: Route) -> None:
        attempts.setdefault(route.request.post_data_buffer or b"", []).append(time.monotonic())
        obstacle(route)

    visitor.page.route("**/otlp/**", meet)
    go_to_checkout(visitor, product)
    visitor.button("Place order").click()
    expect(visitor.heading("Thank you for your order")).to_be_visible()
    assert [order["status"] for order in orders_of(customer)] == ["paid"]

    def first_is_old() -> bool:
        visitor.page.wait_for_timeout(100)  # lets the routes be handled
        return bool(attempts) and time.monotonic() - min(attempts.values())[0] > FOURTH_ATTEMPT

    wait_for("the first batch to be tried a fourth time", first_is_old)
    tries = [len(times) for times in attempts.values()]
    assert b"" not in attempts
    assert max(tries) <= 3, tries
    assert tries[0] > 1, tries


def test_page_tells_its_vitals_and_errors(visit: Visit, platform: Layout, admin: Admin) -> None:
    """In the trace of the page's load: LCP and CLS, and an error with its class, without what is personal."""
    product = admin.add_product(stock=1)
    visitor = visit()
    # What sends spans is loaded when the page has settled; a visit that is over before that tells nothing.
    with visitor.page.expect_request("**/otlp/v1/traces"):
        visitor.page.goto(f"/products/{product}?from=jane@example.com")
        expect(visitor.button("Add to cart")).to_be_visible()
    kind = f"Broken{uuid.uuid4().hex}"
    with visitor.page.expect_event("pageerror"):
        visitor.page.evaluate(
            """kind => setTimeout(() => {
                throw Object.assign(new Error("no mail to jane@example.com"), {name: kind});
            })""",
            kind,
        )
    assert any("no mail" in fault for fault in visitor.faults)
    visitor.faults.clear()
    visitor.page.goto("/cart")  # leaving is when the last of the vitals are told

    with TraceStore(platform) as store:

        def told() -> Trace:
            found = store.search("frontend", error_type=kind)
            return store.get(found.pop()) if found else Trace("", [])

        def is_complete(trace: Trace) -> bool:
            return {"web vital lcp", "web vital cls", "unhandled error"} <= {span.name for span in trace.spans}

        trace = wait_for("the page's vitals and its error", told, is_complete)
    (root,) = trace.roots()
    assert (root.service, root.name) == ("frontend", "page load /products/:id")
    assert "GET /api/products/{id}" in {span.name for span in trace.spans}
    assert "product-service" in {span.service for span in trace.spans}
    assert "jane" not in repr(trace)
    assert span_faults(platform) == []  # each name is in the registry
