"""Lists: what they say while they are asked for, when nothing is found, and when more is wanted."""

from playwright.sync_api import Route, expect

from tests.e2e.browser.conftest import Visit
from tests.platform.client import Admin


def test_what_was_not_found_says_nothing_of_the_next_words(visit: Visit) -> None:
    """While the answer is on its way nothing is claimed; both are read out, as the same element says them."""
    visitor = visit()
    page = visitor.page
    page.goto("/?q=headphones")
    status = page.get_by_role("status").filter(has_text="1 product shown").element_handle()
    search = page.get_by_role("combobox", name="Search products")
    search.fill("zzzz")
    search.press("Enter")
    nothing = page.get_by_text("Nothing matches")
    expect(nothing).to_be_visible()
    assert "Nothing matches" in status.inner_text()

    held: list[Route] = []
    page.route(lambda url: "q=kettle" in url and "limit=24" in url, lambda route: held.append(route))
    search.fill("kettle")
    search.press("Enter")
    expect(visitor.heading("“kettle”")).to_be_visible()
    expect(nothing).to_have_count(0)
    held[0].continue_()
    expect(page.get_by_role("status").filter(has_text="shown")).to_be_visible()


def test_load_more_keeps_the_focus(visit: Visit) -> None:
    """The keyboard goes on where it was, while the next page loads and after it."""
    visitor = visit()
    visitor.page.goto("/")
    more = visitor.button("Load more")
    more.press("Enter")
    expect(visitor.page.get_by_text("48 products shown so far")).to_be_visible()
    expect(more).to_be_focused()


def test_a_next_page_that_does_not_come_is_told_where_one_is(visit: Visit, admin: Admin) -> None:
    """What is shown stays, and only what is missing is asked for again."""
    manager = visit(admin)
    page = manager.page
    page.goto("/admin/products")
    more = manager.button("Load more")
    expect(more).to_be_visible()
    page.route(lambda url: "cursor=" in url, lambda route: route.abort())
    more.click()
    alert = page.get_by_role("alert").filter(has_text="The next products could not be loaded.")
    expect(alert).to_be_in_viewport()
    expect(page.get_by_text("50 products shown so far")).to_be_visible()

    page.unroute_all()
    asked: list[str] = []
    page.on("request", lambda one: asked.append(one.url) if "/api/products?" in one.url else None)
    more.click()
    expect(page.get_by_text("50 products shown so far")).to_have_count(0)
    expect(alert).to_have_count(0)
    assert all("cursor=" in url for url in asked)


def test_letters_typed_fast_are_one_question(visit: Visit, admin: Admin) -> None:
    """The admin's list is asked for when the words are there, not for each letter."""
    manager = visit(admin)
    page = manager.page
    page.goto("/admin/products")
    expect(manager.button("Load more")).to_be_visible()
    asked: list[str] = []
    page.on("request", lambda one: asked.append(one.url) if "/api/products?" in one.url else None)
    page.get_by_role("searchbox", name="Find a product").press_sequentially("headphon")
    expect(page.get_by_text("1 product shown")).to_be_visible()
    assert len(asked) <= 2
