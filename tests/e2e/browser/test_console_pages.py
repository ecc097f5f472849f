"""The console for everybody: accessible, by the keyboard alone, and nothing that was written or opened is lost."""

import re
import uuid
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from deploy.installation.layout import Layout
from tests.e2e.browser.conftest import Visit
from tests.e2e.browser.test_console import DESK, refreshed
from tests.e2e.browser.test_console_traces import NOBODY, asked, made_up, store
from tests.e2e.browser.test_pages import SETTLED, judge
from tests.platform.client import Customer

pytestmark = pytest.mark.native  # in containers Grafana and Jaeger are at their ports

PATHS = (
    "/",
    "/dashboards",
    "/d/glasshouse-service",
    "/d/glasshouse-slo",
    "/search",
    "/trace/{trace}",
    "/trace/{trace}...",
    "/dependencies",
    "/logs",
    "/alerts",
    "/nothing",
)


def settled(page: Page) -> None:
    """Wait until what is in sight has its answer."""
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.locator("[aria-busy=true]")).to_have_count(0)


@pytest.mark.parametrize("path", PATHS)
def test_a_page_of_the_console_is_for_everybody(watch: Visit, platform: Layout, path: str) -> None:
    """No serious finding of axe in light, at a desk and on a phone, and none of contrast in dark."""
    trace = store(platform, made_up(NOBODY, 3)) if "trace" in path else ""
    visitor = watch(viewport=DESK, color_scheme="light", reduced_motion="reduce")
    visitor.expect_status(404, "/nothing")
    page = visitor.page
    page.goto(f"{path.format(trace=trace)}?from=now-5m&to=now&refresh=off")
    settled(page)
    for summary in page.locator("summary").all()[:1]:  # of alerts
        summary.click()
    for line in page.get_by_role("main").get_by_role("button", expanded=False).all()[:1]:  # of logs
        line.click()

    assert judge(page) == []
    page.set_viewport_size({"width": 360, "height": 740})
    assert judge(page) == []
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    page.wait_for_function(SETTLED)
    assert judge(page, "color-contrast") == []


COUNTED = """() => {
    const replace = history.replaceState;
    window.writes = 0;
    history.replaceState = (...given) => { window.writes += 1; replace.apply(history, given); };
}"""


def test_the_address_is_written_when_it_rests(watch: Visit, platform: Layout) -> None:
    """A held key and typing are seen at once: Safari refuses more than 100 writes in 30 s."""
    trace = store(platform, made_up(NOBODY, 100))
    page = watch(viewport=DESK).page
    page.goto(f"/trace/{trace}")
    rows = page.get_by_role("treegrid", name="Waterfall")
    rows.focus()
    page.evaluate(COUNTED)
    for number in range(1, 31):
        page.keyboard.down("ArrowDown")
        expect(rows.get_by_role("row", selected=True)).to_have_attribute("aria-rowindex", str(number))
    page.keyboard.up("ArrowDown")
    expect(page).to_have_url(re.compile(f"span={30:016x}$"))
    find = page.get_by_label("Find in trace")
    find.press_sequentially("step n7")
    expect(find).to_have_value("step n7")
    expect(page).to_have_url(re.compile(f"span={30:016x}&uiFind=step[+]n7$"))
    assert page.evaluate("window.writes") <= 5

    page.get_by_role("link", name="Alerts", exact=True).click()
    search = page.get_by_label("Search alerts")
    search.press_sequentially("latency")
    expect(page).to_have_url(re.compile(r"/alerts\?.*q=latency$"))
    page.go_back()
    expect(find).to_have_value("step n7")
    page.go_forward()
    expect(search).to_have_value("latency")
    search.fill("")
    expect(page).not_to_have_url(re.compile("q="))


def test_the_keyboard_alone_reads_a_trace(watch: Visit, platform: Layout) -> None:
    """The first Tab skips the header; a page takes the focus; arrows choose a row and close what is below it."""
    trace = store(platform, made_up(NOBODY, 100))
    visitor = watch(viewport=DESK)
    page = visitor.page
    page.goto("/alerts?refresh=off")
    settled(page)
    page.keyboard.press("Tab")
    expect(visitor.link("Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_be_focused()
    page.get_by_role("link", name="Traces", exact=True).focus()
    page.keyboard.press("Enter")
    expect(visitor.heading("Traces")).to_be_visible()
    expect(page.get_by_role("main")).to_be_focused()

    page.goto(f"/trace/{trace}")
    rows = page.get_by_role("treegrid", name="Waterfall")
    rows.focus()
    chosen = rows.get_by_role("row", selected=True)
    for key, row in (("ArrowDown", 1), ("ArrowDown", 2), ("End", 100), ("ArrowUp", 99), ("Home", 1)):
        page.keyboard.press(key)
        expect(chosen).to_have_attribute("aria-rowindex", str(row))
        expect(chosen).to_be_in_viewport()
        assert rows.get_attribute("aria-activedescendant") == chosen.get_attribute("id")
    page.keyboard.press("ArrowLeft")
    expect(rows).to_have_attribute("aria-rowcount", "1")
    page.keyboard.press("ArrowRight")
    expect(rows).to_have_attribute("aria-rowcount", "100")
    rows.get_by_role("button", name="Close").first.click()
    expect(rows).to_be_focused()


def test_a_question_without_an_answer_can_be_mended(watch: Visit) -> None:
    """The form stays, with what was asked."""
    visitor = watch(viewport=DESK)
    visitor.expect_status(400, "/api/traces")
    page = visitor.page
    page.goto("/search?minDuration=abc&tags=a%3Db&refresh=off")
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.get_by_label("Attributes")).to_have_value("a=b")
    field = page.get_by_label("Longer than")
    expect(field).to_have_value("abc")
    field.fill("1ms")
    field.press("Enter")
    expect(page.get_by_role("alert")).to_have_count(0)
    expect(field).to_be_focused()


def test_an_open_log_line_stays_open(watch: Visit, customer: Customer) -> None:
    """Also when newer lines come, and there are as many as before."""
    visitor = watch(viewport=DESK)
    page = visitor.page
    asked(customer, f"first-{uuid.uuid4().hex}")
    page.goto("/logs?count=500&refresh=off")
    lines = page.get_by_role("main").get_by_role("listitem")
    opener = lines.first.get_by_role("button").first
    opener.click()
    opened = lines.get_by_role("button", expanded=True)
    expect(opened).to_be_focused()
    newest = opener.inner_text()
    asked(customer, f"second-{uuid.uuid4().hex}")
    refreshed(visitor, "a newer line", lambda: lines.first.get_by_role("button").first.inner_text() != newest)
    expect(opened).to_have_count(1)
    expect(opened).to_be_focused()
    assert opened.inner_text() == newest


def raised(name: str, state: str) -> dict[str, Any]:
    """An alert as the console's server tells of it."""
    silence = {"id": "1", "endsAt": "2026-01-02T04:00:00Z", "createdBy": "Ada", "comment": "known"}
    return {
        "state": state,
        "name": name,
        "query": "up == 0",
        "duration": 60,
        "limit": "",
        "severity": "page",
        "error": "",
        "labels": {"alertname": name},
        "annotations": {},
        "since": "2026-01-02T03:00:00Z",
        "value": "0",
        "silence": silence if state == "silent" else None,
    }


def test_an_alert_that_begins_to_fire_keeps_its_form(watch: Visit) -> None:
    """With what was written, also when a question had no answer; and two clicks make one silence."""
    visitor = watch(viewport=DESK)
    page = visitor.page
    now = [raised("Other", "firing"), raised("Slow", "pending")]
    page.route("**/api/alerts?*", lambda route: route.fulfill(json={"lines": now}))
    silences: list[Route] = []
    page.route("**/api/v2/silences", lambda route: silences.append(route))
    page.goto("/alerts?refresh=off")
    alert = page.get_by_role("region").locator("details").filter(has_text="Slow")
    alert.locator("summary").click()
    form = alert.get_by_role("form", name="Silence")
    form.get_by_label("Reason").fill("known")
    form.get_by_label("Your name").fill("Ada")
    now[:] = [raised("Slow", "firing"), raised("Other", "firing")]
    visitor.button("Refresh").dispatch_event("click")
    expect(alert).to_contain_text("firing")
    expect(form.get_by_label("Reason")).to_have_value("known")
    expect(form.get_by_label("Your name")).to_be_focused()

    visitor.expect_status(502, "/api/alerts")
    page.route("**/api/alerts?*", lambda route: route.fulfill(status=502, json={"error": "away"}), times=2)
    visitor.button("Refresh").dispatch_event("click")
    expect(page.get_by_role("alert")).to_be_visible()
    expect(form.get_by_label("Reason")).to_have_value("known")

    form.get_by_role("button", name="Silence").dblclick()
    expect(form.get_by_role("button", name="Silence")).to_be_focused()
    now[:] = [raised("Other", "firing"), raised("Slow", "silent")]
    for one in silences:
        one.fulfill(json={"silenceID": "1"})
    expect(page.get_by_role("region", name="Silent (1)")).to_contain_text("Slow")
    assert len(silences) == 1


def test_the_search_waits_until_somebody_has_typed(watch: Visit) -> None:
    """A word is one question; Enter before the answer holds until it is there; a finger may scroll the list."""
    visitor = watch(viewport=DESK)
    page = visitor.page
    page.goto("/alerts?refresh=off")
    settled(page)
    questions: list[str] = []
    page.on("request", lambda one: questions.append(one.url) if "/api/find?" in one.url else None)
    search = page.get_by_role("combobox", name="Search", exact=True)
    search.press_sequentially("messages", delay=20)
    expect(page.get_by_role("option").first).to_be_visible()
    assert len(questions) <= 2
    search.fill("messaging")
    option = page.get_by_role("option", name="dashboard Messaging")
    option.dispatch_event("pointerdown")
    expect(option).to_be_visible()
    option.click()
    expect(visitor.heading("Messaging")).to_be_visible()
    expect(page.get_by_role("main")).to_be_focused()

    held: list[Route] = []
    page.route("**/api/find?*", lambda route: held.append(route))
    search.fill("resilience")
    with page.expect_request("**/api/find?*"):
        search.press("Enter")
    expect(page.get_by_text("Searching")).to_be_visible()
    expect(page).to_have_url(re.compile("messaging"))
    for one in held:
        one.continue_()
    expect(visitor.heading("Resilience")).to_be_visible()
