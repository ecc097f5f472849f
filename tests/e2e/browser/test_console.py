"""The console: dashboards, alerts and the search, with a real browser against the real parts."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Response, ViewportSize, expect

from deploy.installation.layout import Layout
from tests.e2e.browser.conftest import Visit
from tests.platform.client import Admin, Customer
from tests.platform.faults import stopped
from tests.platform.visitor import Visitor
from tests.waiting import wait_for

pytestmark = pytest.mark.native  # in containers Grafana is at its port

PHONE = ViewportSize(width=360, height=760)
DESK = ViewportSize(width=1440, height=900)


def panel(visitor: Visitor, name: str) -> Locator:
    """A panel of the dashboard that is shown."""
    return visitor.page.get_by_role("region", name=name, exact=True)


def refreshed(visitor: Visitor, what: str, check: Callable[[], object]) -> None:
    """Press Refresh until the check holds: within 5 s of the last answer it asks nothing. The mouse stays."""

    def press() -> object:
        visitor.button("Refresh").dispatch_event("click")
        return check()

    wait_for(what, press)


def test_every_dashboard_opens_from_the_list(watch: Visit) -> None:
    """Found by a word of what it tells; its panels have answers, and none has an error."""
    visitor = watch(viewport=DESK)
    page = visitor.page
    page.goto("/dashboards")
    links = page.get_by_role("main").get_by_role("link")
    expect(links.first).to_be_visible()
    addresses = [link.get_attribute("href") for link in links.all()]
    assert len(addresses) == 10
    page.get_by_role("searchbox", name="Search dashboards").fill("breakers")
    expect(links).to_have_count(1)
    links.first.click()
    expect(visitor.heading("Resilience")).to_be_visible()
    for address in addresses:
        page.goto(f"{address}?refresh=off")
        expect(page.get_by_role("region").first).to_have_attribute("aria-busy", "false")
        expect(page.get_by_role("region").get_by_role("alert")).to_have_count(0)


@pytest.mark.parametrize(
    "path", ["/", "/dashboards", "/d/glasshouse-service", "/search", "/dependencies", "/logs", "/alerts"]
)
def test_a_phone_shows_all_of_it(watch: Visit, path: str) -> None:
    """Nothing is wider than the screen."""
    page = watch(viewport=PHONE).page
    page.goto(path)
    expect(page.get_by_role("main")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_the_time_is_in_the_address_and_back_undoes_it(watch: Visit) -> None:
    """Quick, by an exact time, by the arrows, and in UTC."""
    visitor = watch(viewport=DESK)
    page = visitor.page
    page.goto("/?refresh=off")
    page.get_by_role("button", name="Time range: last 15 minutes").click()
    visitor.button("last hour").click()
    expect(page).to_have_url(re.compile("from=now-1h&to=now"))
    visitor.button("Earlier").click()
    expect(page).to_have_url(re.compile(r"from=\d{13}&to=\d{13}"))
    page.go_back()
    expect(page).to_have_url(re.compile("from=now-1h&to=now"))
    visitor.button("Local time").click()
    page.get_by_role("button", name="Time range: last hour").click()
    page.get_by_label("From", exact=True).fill("2026-01-02 03:04:05")
    page.get_by_label("To", exact=True).fill("2026-01-02 04:00:00")
    visitor.button("Show this time").click()
    expect(page).to_have_url(re.compile("from=1767323045000&to=1767326400000"))
    page.go_back()
    expect(page.get_by_role("button", name="Time range: last hour")).to_be_visible()


def test_dragging_zooms_and_a_double_click_goes_back(watch: Visit) -> None:
    """All panels show the part that was dragged over."""
    visitor = watch(viewport=DESK)
    page = visitor.page
    page.goto("/?refresh=off")
    requests = panel(visitor, "Requests by service")
    refreshed(visitor, "a series", requests.get_by_role("button", pressed=True).count)
    chart = requests.locator(".u-over")
    chart.scroll_into_view_if_needed()
    box = chart.bounding_box()
    assert box
    middle = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] * 0.5, middle)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.99, middle, steps=5)  # now: a young platform has nothing earlier
    page.mouse.up()
    expect(page).to_have_url(re.compile(r"from=\d{13}&to=\d{13}"))
    expect(panel(visitor, "Requests by service")).to_have_attribute("aria-busy", "false")
    chart.dblclick()
    expect(page).not_to_have_url(re.compile("from="))


def test_a_refresh_keeps_what_was_hidden_and_what_is_pointed_at(watch: Visit, customer: Customer) -> None:
    """A click on a name shows that series alone; the values at the mouse stay."""
    customer.http.get("/api/products").raise_for_status()  # so that two services have been asked
    visitor = watch(viewport=DESK)
    page = visitor.page
    page.goto("/?refresh=off")
    requests = panel(visitor, "Requests by service")
    requests.scroll_into_view_if_needed()
    names = requests.get_by_role("button", pressed=True)
    refreshed(visitor, "two series", lambda: names.count() > 1)
    names.first.click()
    expect(names).to_have_count(1)
    requests.locator(".u-over").hover()
    tip = requests.get_by_role("tooltip")
    expect(tip).to_be_visible()
    answers: list[Response] = []
    page.on("response", lambda answer: answers.append(answer) if "/api/series" in answer.url else None)
    refreshed(visitor, "an answer", lambda: answers)
    expect(requests).to_have_attribute("aria-busy", "false")
    expect(names).to_have_count(1)
    expect(tip).to_be_visible()
    names.first.click()
    assert names.count() > 1


def test_the_search_finds_what_an_id_is(watch: Visit, customer: Customer, admin: Admin) -> None:
    """The id of an order leads to its trace, words lead to a dashboard."""
    order = customer.reserved_order(admin.add_product(stock=1))
    visitor = watch(viewport=DESK)
    page = visitor.page
    page.goto("/?refresh=off")
    search = page.get_by_role("combobox", name="Search", exact=True)

    def found() -> int:
        search.fill("")
        search.fill(order)
        expect(page.get_by_text("Searching")).to_be_hidden()
        return page.get_by_role("option").filter(has_text="order-service").count()

    wait_for("the trace of the order", found)
    search.fill("messaging")
    expect(page.get_by_role("option", name="dashboard Messaging")).to_have_attribute("aria-selected", "true")
    search.press("Enter")
    expect(visitor.heading("Messaging")).to_be_visible()


def test_an_address_that_is_none_names_the_dashboards(watch: Visit) -> None:
    """Not the overview under a wrong address."""
    visitor = watch()
    visitor.expect_status(404, "/d/nosuch")
    visitor.page.goto("/d/nosuch")
    expect(visitor.heading("There is no such page")).to_be_visible()
    visitor.page.get_by_role("main").get_by_role("link", name="Resilience").click()
    expect(visitor.heading("Resilience")).to_be_visible()


def test_a_panel_is_seen_alone_with_its_query_and_as_a_file(watch: Visit, tmp_path: Path) -> None:
    """By its menu, and back by the browser."""
    visitor = watch(viewport=DESK)
    page = visitor.page
    page.goto("/d/glasshouse-service?refresh=off")
    requests = panel(visitor, "Requests by status")
    menu = visitor.button("Menu of Requests by status")
    menu.click()
    visitor.button("View alone").click()
    expect(page.get_by_role("region")).to_have_count(1)
    expect(page).to_have_url(re.compile(r"viewPanel=\d+"))
    menu.click()
    visitor.button("Query and answer").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("http_server_request_duration_seconds_count")
    dialog.get_by_text("Answer", exact=True).click()
    expect(dialog).to_contain_text('"resultType": "matrix"')
    page.keyboard.press("Escape")
    menu.click()
    with page.expect_download() as download:
        visitor.button("Save as CSV").click()
    download.value.save_as(tmp_path / "panel.csv")
    assert (tmp_path / "panel.csv").read_text().startswith("time,")
    page.go_back()
    expect(page.get_by_role("region").nth(1)).to_be_visible()
    requests.hover()
    page.keyboard.press("v")
    expect(page.get_by_role("region")).to_have_count(1)


def test_an_alert_says_what_to_do_and_can_be_silenced(watch: Visit, platform: Layout) -> None:
    """Three clicks to its runbook; a silence holds it back until somebody ends it."""
    visitor = watch(viewport=DESK)
    page = visitor.page
    page.goto("/?refresh=off")
    with stopped(platform, "redis-exporter"):
        page.get_by_role("link", name="Alerts", exact=True).click()
        pending = page.get_by_role("region", name=re.compile("Pending|Firing")).locator("details")
        alert = pending.filter(has_text="TargetDown").filter(has_text="redis")

        def raised() -> int:
            visitor.button("Refresh").click()
            return alert.count()

        wait_for("the alert", raised)
        alert.locator("summary").click()
        expect(alert).to_contain_text("up == 0")
        expect(alert).to_contain_text("job=redis")
        with page.expect_popup() as opened:
            alert.get_by_role("link", name="Runbook").click()
        expect(opened.value.locator("#targetdown")).to_be_in_viewport()
        opened.value.close()
        form = alert.get_by_role("form", name="Silence")
        form.get_by_label("Your name").fill("Ada")
        form.get_by_label("Reason").fill("<b>known</b>")
        form.get_by_role("button", name="Silence").click()
        silent = (
            page.get_by_role("region", name=re.compile("Silent")).locator("details").filter(has_text="TargetDown")
        )
        expect(silent).to_contain_text("by Ada: <b>known</b>")
        silent.locator("summary").click()
        silent.get_by_role("button", name="End silence").click()
        expect(alert).to_be_visible()


def test_the_keyboard_moves_through_time(watch: Visit) -> None:
    """Outside of fields; a question mark says which keys there are."""
    page = watch(viewport=DESK).page
    page.goto("/?refresh=off")
    expect(page.get_by_role("region").first).to_be_visible()
    steps = page.evaluate("history.length")
    for _ in range(5):  # held
        page.keyboard.down("ArrowLeft")
    page.keyboard.up("ArrowLeft")
    expect(page).to_have_url(re.compile(r"from=\d{13}&to=\d{13}"))
    assert page.evaluate("history.length") == steps + 1
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    search = page.get_by_role("combobox", name="Search", exact=True)
    expect(search).to_be_focused()
    search.press("-")
    expect(search).to_have_value("-")


def test_several_services_are_looked_at_together(watch: Visit) -> None:
    """One, one more, and all of them; the choice is in the address."""
    visitor = watch(viewport=DESK)
    page = visitor.page
    page.goto("/d/glasshouse-service?refresh=off")
    choice = page.get_by_role("button", name=re.compile("^Service: "))
    expect(choice).to_have_text("Serviceorder-service")
    choice.click()
    page.get_by_role("checkbox", name="also user-service").click()
    expect(page.get_by_role("heading", name="order-service + user-service now")).to_be_visible()
    expect(page).to_have_url(re.compile("var-service=order-service&var-service=user-service"))
    visitor.button("All").click()
    expect(choice).to_have_text("ServiceAll")
    expect(page).to_have_url(re.compile(r"var-service=%24__all"))
    requests = panel(visitor, "Replicas up")
    expect(requests).to_have_attribute("aria-busy", "false")
    expect(requests.get_by_role("alert")).to_have_count(0)
    page.go_back()
    page.go_back()
    expect(choice).to_have_text("Serviceorder-service")
