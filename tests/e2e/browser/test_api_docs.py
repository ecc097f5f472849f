"""The pages of the API, as a newcomer opens them. A visitor notices foreign hosts and what a policy blocks."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import ViewportSize, expect

from tests.e2e.browser.conftest import Visit

SERIOUS = ("serious", "critical")
IS_WHOLE = "document.documentElement.scrollWidth <= innerWidth"
SIZES = [(360, "dark"), (768, "light"), (1440, "dark")]


@pytest.mark.parametrize(("width", "scheme"), SIZES)
def test_documents_are_whole_and_can_be_tried(visit: Visit, width: int, scheme: str) -> None:
    """All services are on one page; an operation opens, is sent from there, and nothing is cut off."""
    visitor = visit(viewport=ViewportSize(width=width, height=900), color_scheme=scheme)
    page = visitor.page
    page.goto("/api/docs")
    for tag in ("Users", "Products", "Orders", "Payments"):
        expect(page.locator(f"#operations-tag-{tag}")).to_be_visible()
    assert page.evaluate(IS_WHOLE)
    page.locator("#operations-Products-list_categories .opblock-summary-control").click()
    visitor.button("Execute").click()
    expect(page.locator(".live-responses-table .response-col_status").nth(1)).to_contain_text("200")
    assert page.evaluate(IS_WHOLE)


@pytest.mark.parametrize("path", ["/api/problems", "/api/problems/price-changed"])
@pytest.mark.parametrize(("width", "scheme"), SIZES)
def test_problems_can_be_read(visit: Visit, path: str, width: int, scheme: str) -> None:
    """The pages of problems are accessible in light and dark, and whole on a phone."""
    visitor = visit(viewport=ViewportSize(width=width, height=900), color_scheme=scheme)
    visitor.page.goto(path)
    assert visitor.page.evaluate(IS_WHOLE)
    violations = Axe().run(visitor.page).response["violations"]
    assert [violation["id"] for violation in violations if violation["impact"] in SERIOUS] == []
