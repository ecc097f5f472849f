"""Looking around: what is seen first, what a mistyped word finds, and where a page begins."""

import re

import pytest
from playwright.sync_api import Route, ViewportSize, expect

from tests.e2e.browser.conftest import Visit
from tests.platform.client import Admin, Customer

PHONE = ViewportSize(width=360, height=760)
DESK = ViewportSize(width=1440, height=900)
HEADER = "document.querySelector('header').getBoundingClientRect().bottom"


@pytest.mark.parametrize("path", ["/", "/?category=Garden", "/?q=garden&sort=price"])
@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
def test_names_and_prices_are_seen_without_scrolling(visit: Visit, path: str, viewport: ViewportSize) -> None:
    """On a phone and on a desk: neither pictures nor filters push the first products down."""
    visitor = visit(viewport=viewport)
    visitor.page.goto(path)
    card = visitor.page.get_by_role("listitem").filter(has=visitor.page.get_by_role("heading", level=2)).first
    for part in (card.get_by_role("heading", level=2), card.get_by_text("€")):
        expect(part).to_be_in_viewport(ratio=1)


def test_a_mistyped_word_finds_what_was_meant(visit: Visit) -> None:
    """The page counts what it found and says what it searched for."""
    visitor = visit()
    visitor.page.goto("/?q=hedphones")
    expect(visitor.heading("1 result for “headphones”")).to_be_visible()
    expect(visitor.page.get_by_text("Nothing matches “hedphones”.")).to_be_visible()
    expect(visitor.link("Over-ear headphones")).to_be_visible()


def test_the_search_suggests_products(visit: Visit) -> None:
    """By the keyboard alone: what is chosen in the list is opened."""
    visitor = visit()
    visitor.page.goto("/cart")
    field = visitor.page.get_by_role("combobox", name="Search products")
    field.press_sequentially("headph")
    option = visitor.page.get_by_role("option", name="Over-ear headphones")
    expect(option).to_be_visible()
    field.press("ArrowDown")
    expect(option).to_have_attribute("aria-selected", "true")
    field.press("Enter")
    expect(visitor.heading("Over-ear headphones")).to_be_visible()
    expect(option).to_be_hidden()


def test_a_missing_field_is_told_in_place_and_gone_to(visit: Visit, customer: Customer, admin: Admin) -> None:
    """In our words; the first one has the focus, and stands below the header."""
    visitor = visit(customer, viewport=PHONE)
    page = visitor.page
    page.goto(f"/products/{admin.add_product(stock=1)}")
    visitor.button("Add to cart").click()
    visitor.link("View cart").click()
    visitor.link("Go to checkout").click()
    visitor.button("Succeeds").click()
    visitor.button("Place order").click()
    name = page.get_by_label("Full name")
    expect(name).to_be_focused()
    expect(name).to_have_accessible_description("Full name is needed.")
    label = page.get_by_text("Full name", exact=True)
    assert label.evaluate("node => node.getBoundingClientRect().top") >= page.evaluate(HEADER)
    name.fill("Ada")
    visitor.button("Place order").click()
    expect(name).not_to_have_attribute("aria-invalid", "true")
    expect(page.get_by_label("Street and number")).to_be_focused()


def test_a_page_begins_at_its_top_and_back_returns_to_where_one_was(visit: Visit) -> None:
    """By a link, by its address, and back."""
    visitor = visit()
    page = visitor.page
    page.goto("/?category=Garden")
    last = page.get_by_role("heading", level=2).last
    last.scroll_into_view_if_needed()
    before = page.evaluate("scrollY")
    assert before > 0
    last.get_by_role("link").click()
    expect(visitor.button("Add to cart")).to_be_visible()
    assert page.evaluate("scrollY") == 0
    page.go_back()
    expect(last).to_be_in_viewport()
    page.goto("/login")
    expect(visitor.heading("Log in")).to_be_visible()
    assert page.evaluate("scrollY") == 0


def test_a_price_range_is_applied_without_losing_the_focus(visit: Visit) -> None:
    """By the keyboard; the fields follow the address, also back."""
    visitor = visit()
    page = visitor.page
    page.goto("/?category=Garden")
    lowest = page.get_by_label("Lowest price")
    lowest.fill("10")
    lowest.press("Enter")
    expect(page).to_have_url(re.compile("min=10"))
    expect(visitor.link("Clear filters")).to_be_visible()
    expect(lowest).to_be_focused()
    page.go_back()
    expect(lowest).to_have_value("")


def test_pictures_that_do_not_come_are_asked_for_once(visit: Visit) -> None:
    """Nor does the picture in their place come."""
    page = visit().page
    asked: list[str] = []
    page.on("request", lambda one: asked.append(one.url) if one.url.endswith("/none.svg") else None)
    page.route("**/images/products/**", lambda route: route.abort())
    page.goto("/products/1")
    page.wait_for_function("() => document.images.length && document.images[0].src.endsWith('/none.svg')")
    page.wait_for_load_state("networkidle")
    assert 1 <= len(asked) <= page.evaluate("document.images.length")


def test_who_wants_little_motion_sees_nothing_flicker(visit: Visit) -> None:
    """An animation runs once, however long its page is loading."""
    page = visit(reduced_motion="reduce").page
    held: list[Route] = []
    page.route("**/api/products?*", lambda route: held.append(route))
    page.goto("/")
    expect(page.locator(".animate-pulse").first).to_be_attached()
    forever = "one => one instanceof CSSAnimation && one.effect.getTiming().iterations === Infinity"
    assert not page.evaluate(f"document.getAnimations().some({forever})")
    for route in held:
        route.continue_()


def test_the_admins_first_page_shows_the_shop(visit: Visit, customer: Customer, admin: Admin) -> None:
    """Orders by status, revenue, what runs out, and the ways to look closer."""
    product = admin.add_product(stock=1)
    name = admin.http.get(f"/api/products/{product}").json()["name"]
    customer.pay(customer.reserved_order(product)).raise_for_status()
    visitor = visit(admin)
    visitor.page.goto("/")
    visitor.link("Admin").click()
    expect(visitor.heading("Overview")).to_be_visible()
    expect(visitor.page.get_by_label("Revenue")).to_contain_text("€")
    expect(visitor.page.get_by_label("Low stock").get_by_text(name)).to_be_visible()
    expect(visitor.link("Traces").first).to_be_visible()
    visitor.page.get_by_label("Orders by status").get_by_role("link", name="Paid").click()
    expect(visitor.heading("Orders")).to_be_visible()
