"""Every page: accessible in light and dark, whole at 360 px, and alive without telemetry."""

from dataclasses import dataclass
from functools import partial

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, Route, ViewportSize, expect

from deploy.installation.layout import Layout
from tests.e2e.browser.conftest import Visit
from tests.platform.client import Admin, Customer
from tests.waiting import wait_for

NARROW = ViewportSize(width=360, height=740)
WIDE = ViewportSize(width=1440, height=900)
# Colours change by transitions, however short, and those of children begin after those of their parents.
SETTLED = "() => !document.getAnimations().some(one => one instanceof CSSTransition)"
SERIOUS = ("serious", "critical")
PAGES = {
    "home": ("/", "Useful things"),
    "search": ("/?q=garden&sort=price", "“garden”"),
    "nothing found": ("/?q=zzzz", "Nothing matches"),
    "product": ("/products/1", "Add to cart"),
    "cart": ("/cart", "Go to checkout"),
    "login": ("/login", "Create an account"),
    "register": ("/register", "At least 6 characters."),
    "checkout": ("/checkout", "Test cards"),
    "account": ("/account", "Save name"),
    "orders": ("/orders", "Awaiting payment"),
    "order": ("/orders/{order}", "What you ordered"),
    "payment": ("/checkout/{order}", "Pay for your order"),
    "admin": ("/admin", "Orders by status"),
    "admin products": ("/admin/products", "Edit"),
    "admin new product": ("/admin/products", "Edit"),
    "admin orders": ("/admin/orders", "Test product"),
    "not found": ("/nothing-here", "Page not found"),
}
ANONYMOUS = ("login", "register", "not found")


@dataclass(frozen=True)
class People:
    """Who looks at pages."""

    customer: Customer
    admin: Admin
    order_id: str


@pytest.fixture
def people(customer: Customer, admin: Admin) -> People:
    """A customer with an order that waits for its payment, and an admin."""
    return People(customer, admin, customer.reserved_order(admin.add_product(stock=1)))


def judge(page: Page, *rules: str) -> list[str]:
    """What axe finds serious or critical; only by `rules` where some are given."""
    options = {"runOnly": list(rules)} if rules else {"resultTypes": ["violations"]}
    found = Axe().run(page, options=options).response["violations"]
    return [
        f"{one['id']} ({one['impact']}): {node['target']} {node['failureSummary']}"
        for one in found
        if one["impact"] in SERIOUS
        for node in one["nodes"]
    ]


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_for_everybody(visit: Visit, people: People, name: str) -> None:
    """No serious finding of axe in light, none of contrast in dark, and nothing to scroll sideways on a phone."""
    path, sign = PAGES[name]
    who = None if name in ANONYMOUS else people.admin if name.startswith("admin") else people.customer
    visitor = visit(who, viewport=WIDE, color_scheme="light", reduced_motion="reduce")
    visitor.expect_status(404, "/api/payments/")  # the order has none
    page = visitor.page
    if name in ("cart", "checkout"):
        page.goto("/products/2")
        visitor.button("Add to cart").click()
        expect(visitor.link("Cart, 1 item")).to_be_visible()
    page.goto(path.format(order=people.order_id))
    expect(page.get_by_role("main").get_by_text(sign).first).to_be_visible()
    if name == "admin new product":
        visitor.button("New product").click()
        expect(page.get_by_role("dialog")).to_be_visible()

    assert judge(page) == []
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    page.wait_for_function(SETTLED)
    assert judge(page, "color-contrast") == []
    page.set_viewport_size(NARROW)
    assert page.evaluate("document.scrollingElement.scrollWidth") <= NARROW["width"]


@pytest.mark.parametrize("viewport", [NARROW, WIDE], ids=["narrow", "wide"])
def test_a_long_name_without_spaces_makes_no_page_wider(
    visit: Visit, customer: Customer, admin: Admin, viewport: ViewportSize
) -> None:
    """It breaks: where products are shown and ordered, in dialogs and in tables."""
    name = "W" * 200
    body = {"name": name, "category": "Test", "priceCents": 9_999_999, "stock": 9}
    table = [{"name": "N" * 60, "value": "V" * 200}]
    answer = admin.http.post("/api/products", json={**body, "specifications": table})
    answer.raise_for_status()
    product = answer.json()["id"]
    order = customer.reserved_order(product)

    def is_whole(page: Page) -> bool:
        return bool(
            page.evaluate("document.scrollingElement.scrollWidth <= document.scrollingElement.clientWidth")
        )

    visitor = visit(customer, viewport=viewport)
    visitor.expect_status(404, "/api/payments/")  # the order has none
    page = visitor.page
    page.goto(f"/products/{product}")
    visitor.button("Add to cart").click()
    for path in (
        f"/products/{product}",
        "/cart",
        "/checkout",
        "/orders",
        f"/orders/{order}",
        f"/checkout/{order}",
    ):
        page.goto(path)
        expect(page.get_by_role("main").get_by_text(name).first).to_be_visible()
        assert is_whole(page), path

    manager = visit(admin, viewport=viewport)
    manager.page.goto("/admin/products")
    manager.button(f"Stock of {name}").first.click()
    assert is_whole(manager.page)
    dialog = manager.page.get_by_role("dialog")
    assert dialog.evaluate("dialog => dialog.scrollWidth <= dialog.clientWidth")


def test_the_shop_works_with_its_telemetry_blocked(visit: Visit, customer: Customer, admin: Admin) -> None:
    """A blocker or a store that hangs costs nothing but spans: no page waits for it, and it says nothing."""
    product = admin.add_product(stock=1)
    hanging: list[Route] = []
    visitor = visit(customer)
    visitor.context.route("**/otlp/**", lambda route: hanging.append(route))  # never answered
    visitor.page.goto(f"/products/{product}")
    visitor.button("Add to cart").click()
    visitor.link("Cart, 1 item").click()
    expect(visitor.heading("Your cart")).to_be_visible()
    visitor.page.reload()
    expect(visitor.link("Go to checkout")).to_be_visible()
    with visitor.page.expect_request("**/otlp/v1/traces"):
        pass
    for route in hanging:
        route.abort()

    visitor.link("Go to checkout").click()
    expect(visitor.button("Place order")).to_be_enabled()
    assert hanging


def test_the_keyboard_alone_finds_and_buys(visit: Visit) -> None:
    """The first Tab skips the header; every focus is seen; Enter sends the search; a page takes the focus."""
    visitor = visit()
    page = visitor.page
    page.goto("/")
    expect(visitor.link("Log in")).to_be_visible()
    page.keyboard.press("Tab")
    expect(visitor.link("Skip to the content")).to_be_focused()
    expect(visitor.link("Skip to the content")).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_be_focused()

    page.get_by_role("combobox", name="Search products").focus()
    page.keyboard.type("headphones")
    page.keyboard.press("Enter")
    expect(visitor.heading("1 result for “headphones”")).to_be_visible()
    product = page.get_by_role("main").get_by_role("heading", level=2).get_by_role("link").first
    expect(product).to_be_visible()
    product.focus()
    assert product.evaluate("link => getComputedStyle(link).outlineStyle") != "none"
    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_be_focused()
    visitor.button("Add to cart").focus()
    page.keyboard.press("Enter")
    expect(visitor.link("Cart, 1 item")).to_be_visible()


def test_without_a_network_the_page_says_so_and_comes_back(visit: Visit) -> None:
    """What is shown stays, nothing breaks, and it goes on by itself."""
    visitor = visit()
    visitor.page.goto("/products/1")
    expect(visitor.button("Add to cart")).to_be_visible()
    visitor.context.set_offline(True)
    expect(visitor.page.get_by_text("You are offline.")).to_be_visible()
    expect(visitor.button("Add to cart")).to_be_visible()

    visitor.context.set_offline(False)
    expect(visitor.page.get_by_text("You are offline.")).to_have_count(0)


def test_an_unknown_page_leads_to_its_trace(visit: Visit, platform: Layout) -> None:
    """Opened directly: the id to copy, and the way to the store."""
    visitor = visit()
    visitor.page.goto("/nothing-here")

    trace_id = visitor.page.get_by_role("definition").first.inner_text().split()[0]
    link = visitor.link("Look at the trace")
    expect(link).to_have_attribute("href", f"http://localhost:{platform.port('jaeger')}/trace/{trace_id}")


def test_whatever_must_not_happen_is_noticed(visit: Visit) -> None:
    """A script or style within the page, a request to another host, an exception, a console error, a 404."""
    visitor = visit()
    visitor.page.goto("/cart")
    expect(visitor.heading("Your cart")).to_be_visible()
    for script, told in (
        ("document.head.append(Object.assign(document.createElement('script'), {text: '1'}))", "script-src"),
        ("document.body.setAttribute('style', 'color: red')", "style-src"),
        ("fetch('http://127.0.0.1:9/').catch(() => {})", "connect-src"),
        ("setTimeout(() => { throw new Error('of this test') })", "exception: of this test"),
        ("console.error('of this page')", "console error: of this page"),
        ("fetch('/api/products/unknown').catch(() => {})", "404 GET /api/products/unknown"),
    ):
        visitor.page.evaluate(f"() => {{ {script} }}")
        wait_for(told, visitor.noticed, partial(says, told))
        visitor.faults.clear()


def says(told: str, faults: list[str]) -> bool:
    """Whether a fault is among them."""
    return any(told in fault for fault in faults)
