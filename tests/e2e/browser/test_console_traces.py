"""Traces and logs in the console, with a real browser against the real parts."""

import re
import time
import uuid
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import pytest
from playwright.sync_api import Response, Route, ViewportSize, expect

from deploy.installation.layout import Layout
from tests.e2e.browser.conftest import Visit
from tests.platform.client import Admin, Client, Customer
from tests.waiting import wait_for

pytestmark = pytest.mark.native  # in containers Grafana and Jaeger are at their ports

DESK = ViewportSize(width=1440, height=900)
EVIL = "<img src=x onerror=alert(1)><script>alert(2)</script>"
LARGE = 10_000  # spans
CREATED = "order-service: POST /api/orders,"  # the trace of an order that was made without a page
NOBODY = "made-up"  # a service whose names are in no registry


def made_up(service: str, count: int, **attributes: str) -> dict[str, Any]:
    """A trace as OTLP: a root and what it called one after the other; the last one failed."""
    trace_id, begin = uuid.uuid4().hex, time.time_ns()
    pairs = [{"key": key, "value": {"stringValue": value}} for key, value in attributes.items()]
    spans = [
        {
            "traceId": trace_id,
            "spanId": f"{number + 1:016x}",
            "parentSpanId": f"{1:016x}" if number else "",
            "name": f"step {EVIL}",
            "startTimeUnixNano": str(begin + number * 10**6),
            "endTimeUnixNano": str(begin + (number + 1 if number else count) * 10**6),
            "attributes": [*pairs, {"key": "step", "value": {"stringValue": f"n{number}"}}],
            "status": {"code": 2, "message": EVIL} if number == count - 1 else {},
            "events": [{"name": EVIL, "timeUnixNano": str(begin), "attributes": pairs}],
        }
        for number in range(count)
    ]
    resource = {"attributes": [{"key": "service.name", "value": {"stringValue": service}}]}
    return {"resourceSpans": [{"resource": resource, "scopeSpans": [{"spans": spans}]}]}


def store(platform: Layout, trace: dict[str, Any]) -> str:
    """Send a trace, wait until it can be read, and give its id."""
    httpx.post(f"{platform.url('otlp')}/v1/traces", json=trace).raise_for_status()
    spans = trace["resourceSpans"][0]["scopeSpans"][0]["spans"]
    trace_id = str(spans[0]["traceId"])
    address = f"{platform.url('jaeger')}/api/v3/traces/{trace_id}"
    wait_for("the trace", lambda: httpx.get(address).text.count('"spanId"'), lambda count: count >= len(spans))
    return trace_id


def test_jaegers_address_leads_to_a_list_that_can_be_narrowed(watch: Visit, platform: Layout) -> None:
    """Its parameters are those of the form; a dot and a line for each trace; the order is chosen."""
    mark = uuid.uuid4().hex
    short, long = (store(platform, made_up(NOBODY, count, mark=mark)) for count in (2, 9))
    asked = f'/search?service={NOBODY}&tags={{"mark":"{mark}"}}&lookback=1h&limit=5'
    led = httpx.get(platform.url("jaeger") + asked).headers["location"]
    visitor = watch(viewport=DESK)
    page = visitor.page
    page.goto(f"{led}&refresh=off")
    traces = page.get_by_role("main").get_by_role("listitem").get_by_role("link")
    expect(traces).to_have_count(2)
    expect(page.get_by_label("Attributes")).to_have_value(f"mark={mark}")
    order = page.get_by_role("combobox", name="Order", exact=True)
    order.select_option("longest first")
    expect(traces.first).to_have_attribute("href", f"/trace/{long}")
    order.select_option("shortest first")
    expect(traces.first).to_have_attribute("href", f"/trace/{short}")
    page.get_by_label("Errors only").check()
    expect(page).to_have_url(re.compile(r"error(%3D|=)true"))
    expect(page.get_by_label("Errors only")).to_be_focused()
    expect(traces).to_have_count(2)
    held: list[Route] = []
    page.route("**/api/traces?*", lambda route: held.append(route))
    page.get_by_label("Errors only").uncheck()
    expect(page).not_to_have_url(re.compile("error"))
    page.get_by_label("Longer than").fill("5ms")  # before the answer is there
    with page.expect_response("**/api/traces?*"):
        for one in held:
            one.continue_()
    page.unroute("**/api/traces?*")
    page.get_by_label("Longer than").press("Enter")
    expect(traces).to_have_count(1)
    expect(page).to_have_url(re.compile("minDuration=5ms"))
    page.get_by_role("group", name="Duration over time").get_by_role("link").click()
    expect(page).to_have_url(re.compile(f"/trace/{long}"))


def test_ten_thousand_spans_are_read_with_ease(watch: Visit, platform: Layout) -> None:
    """Only rows in sight are in the page; an error is one click away, a text two, a part of the time a drag."""
    trace_id = store(platform, made_up(NOBODY, LARGE))
    visitor = watch(viewport=DESK)
    page = visitor.page
    page.goto(f"/trace/{trace_id}")
    waterfall = page.get_by_role("treegrid", name="Waterfall")
    rows = waterfall.get_by_role("row")
    expect(waterfall).to_have_attribute("aria-rowcount", str(LARGE))
    assert rows.count() < 100
    visitor.button("First error").click()
    chosen = waterfall.get_by_role("row", selected=True)
    expect(chosen).to_have_attribute("aria-rowindex", str(LARGE))
    expect(chosen).to_be_in_viewport()
    details = page.get_by_role("complementary", name="Details")
    expect(details).to_contain_text(EVIL)
    page.get_by_label("Find in trace").fill('"n4321"')
    visitor.button("Next of 1").click()
    expect(chosen).to_have_attribute("aria-rowindex", "4322")
    expect(chosen).to_be_in_viewport()
    assert rows.count() < 100
    map_of_all = page.get_by_role("group", name="Whole trace").locator("> div")
    box = map_of_all.bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] * 0.4, box["y"] + 10)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.6, box["y"] + 10, steps=4)
    page.mouse.up()
    expect(waterfall.get_by_text("4 s", exact=True)).to_be_visible()
    waterfall.evaluate("element => element.scrollTo(0, 0)")
    rows.first.get_by_role("button", name="Close").click()
    expect(waterfall).to_have_attribute("aria-rowcount", "1")


def test_a_trace_leads_to_its_log_lines_and_they_to_it(
    watch: Visit, platform: Layout, customer: Customer, admin: Admin
) -> None:
    """From the order's id to its trace, a line in its place, the span's lines, and back: five clicks."""
    order = customer.reserved_order(admin.add_product(stock=1))
    wait_for("its trace", lambda: found(platform, order))
    visitor = watch(viewport=DESK)
    page = visitor.page
    page.goto("/search?refresh=off")
    search = page.get_by_role("combobox", name="Search", exact=True)
    search.fill(order)
    page.get_by_role("listbox", name="Found").get_by_role("option").filter(has_text=CREATED).first.click()
    told = page.get_by_role("row").filter(has_text="http.request")
    told.first.click()
    details = page.get_by_role("complementary", name="Details")
    expect(details).to_contain_text("trace_id")
    page.get_by_role("row").filter(has_text="POST /api/orders").first.click()
    details.get_by_role("link", name="Its log lines").click()
    expect(visitor.heading("Logs")).to_be_visible()
    line = page.get_by_role("main").get_by_role("listitem").filter(has_text="http.request")
    line.get_by_role("link", name="trace").first.click()
    expect(page.get_by_role("row", selected=True)).to_contain_text("POST /api/orders")


def found(platform: Layout, text: str) -> bool:
    """Whether the search in the header finds the trace in which the order was made."""
    answer = httpx.get(f"{platform.url('grafana')}/api/find", params={"text": text}).json()["found"]
    return any(one["kind"] == "order" and one["title"].startswith(CREATED) for one in answer)


def test_log_lines_are_narrowed_until_one_is_left(watch: Visit, customer: Customer) -> None:
    """By program, level and words, by a field of a line, and by a part of the time."""
    request = f"req-{uuid.uuid4().hex}"
    asked(customer, request)
    visitor = watch(viewport=DESK)
    page = visitor.page
    page.goto("/logs?refresh=off")
    lines = page.get_by_role("main").get_by_role("listitem").filter(has=page.get_by_role("button"))
    expect(lines.nth(5)).to_be_visible()
    page.get_by_label("Search logs").fill(request)

    def there() -> int:
        page.get_by_label("Search logs").press("Enter")
        visitor.button("Refresh").click()
        return lines.count()

    wait_for("the lines of the request", there, lambda count: 0 < count < 6)
    page.get_by_role("combobox", name="Service", exact=True).select_option("product-service")
    expect(lines).to_have_count(1)
    expect(page.get_by_text("1 line.")).to_be_visible()
    lines.first.get_by_role("button").first.click()
    expect(lines.first).to_contain_text("trace_flags")
    page.get_by_label("Search logs").fill("")
    page.get_by_label("Search logs").press("Enter")
    expect(lines.nth(1)).to_be_visible()
    opened = lines.filter(has_text=request)
    opened.get_by_role("button", name="Only lines with this request_id").click()
    expect(page).to_have_url(re.compile("q=request_id"))
    page.get_by_label("Level, or worse").select_option("error")
    expect(page.get_by_role("status").filter(has_text="0 lines")).to_be_visible()
    page.goto("/logs?refresh=off")
    expect(lines.nth(1)).to_be_visible()
    strip = page.get_by_role("group", name="Lines over time").locator("> div")
    box = strip.bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] * 0.5, box["y"] + 10)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.9, box["y"] + 10, steps=4)
    page.mouse.up()
    expect(page).to_have_url(re.compile(r"from=\d{13}&to=\d{13}"))


def test_the_tail_shows_what_is_written_now(watch: Visit, customer: Customer) -> None:
    """Without a click; markup in a line stays text."""
    visitor = watch(viewport=DESK)
    page = visitor.page
    page.goto("/logs?refresh=off")
    visitor.button("Live tail").click()
    expect(page.get_by_role("button", name="Live tail", pressed=True)).to_be_visible()
    request = f"tail-{uuid.uuid4().hex}"
    page.goto(f"{page.url}&q={request}")
    asked(customer, request, q=EVIL)
    expect(page.get_by_role("main").get_by_role("listitem").filter(has_text="http.request").first).to_be_visible()


def asked(client: Client, request: str, **query: str) -> None:
    """A request with this id."""
    client.http.get("/api/products", params=query, headers={"X-Request-ID": request}).raise_for_status()


def test_nothing_of_a_span_runs(watch: Visit, platform: Layout) -> None:
    """Neither its service, names, attributes, events nor status; nor in the list, the form or the details."""
    trace_id = store(platform, made_up(EVIL, 3, **{EVIL: EVIL, "link": "javascript:alert(3)"}))
    visitor = watch(viewport=DESK)
    page = visitor.page
    page.on("dialog", lambda dialog: visitor.faults.append(f"a dialog: {dialog.message}"))
    page.goto(f"/search?{urlencode({'service': EVIL, 'refresh': 'off'})}")
    page.get_by_role("listitem").get_by_role("link").filter(has_text=EVIL).first.click()
    expect(page).to_have_url(re.compile(trace_id))
    page.get_by_role("row").first.click()
    details = page.get_by_role("complementary", name="Details")
    expect(details).to_contain_text("javascript:alert(3)")
    assert page.locator("main img, main script, main a[href^='javascript']").count() == 0
    assert visitor.noticed() == []


def test_an_exemplar_opens_its_trace_in_place(watch: Visit, customer: Customer) -> None:
    """A dot on a chart of latencies is one request; a click on it shows that request's trace."""
    visitor = watch(viewport=DESK)
    page = visitor.page
    answers: list[Response] = []
    page.on("response", lambda answer: answers.append(answer) if "%22exemplar%22%3Atrue" in answer.url else None)
    page.goto("/?from=now-5m&to=now&refresh=off")
    latency = page.get_by_role("region", name="p95 latency by service", exact=True)
    latency.scroll_into_view_if_needed()
    over = latency.locator(".u-over")

    def dots() -> list[float]:
        asked(customer, f"dot-{uuid.uuid4().hex}")
        visitor.button("Refresh").click()
        expect(latency).to_have_attribute("aria-busy", "false")
        is_drawn = answers and over.count()  # the lines of a young platform come after its dots
        return [one["time"] for one in answers[-1].json()["dots"]] if is_drawn else []

    when = max(wait_for("an exemplar", dots))
    asked_for = parse_qs(urlsplit(answers[-1].url).query)
    start, end = float(asked_for["from"][0]), float(asked_for["to"][0])
    box = over.bounding_box()
    assert box
    x = min(box["width"] - 2, box["width"] * (when - start) / (end - start))
    tip = latency.get_by_role("tooltip")
    for y in range(2, int(box["height"]), 7):
        page.mouse.move(box["x"] + x, box["y"] + y)
        if tip.get_by_text("click to open").count():
            break
    page.mouse.down()
    page.mouse.up()
    expect(page).to_have_url(re.compile("/trace/[0-9a-f]{32}$"))
    expect(page.get_by_role("row").first).to_be_visible()


def test_the_services_are_drawn_and_their_operations_listed(watch: Visit, platform: Layout) -> None:
    """From the search by one click; a heading sorts, a number leads to its traces, and no name runs."""
    for count in (3, 5):
        trace = made_up(EVIL, count)
        spans = trace["resourceSpans"][0]["scopeSpans"][0]["spans"]
        called = made_up(NOBODY, 1)["resourceSpans"][0]
        called["scopeSpans"][0]["spans"][0] |= {"traceId": spans[0]["traceId"], "spanId": "f" * 16, "kind": 2}
        called["scopeSpans"][0]["spans"][0]["parentSpanId"] = spans[0]["spanId"]
        trace["resourceSpans"].append(called)
        store(platform, trace)
    visitor = watch(viewport=DESK)
    page = visitor.page
    page.goto("/search?from=now-5m&to=now&refresh=off")
    page.get_by_role("link", name="Services and operations").click()
    picture = page.get_by_role("img", name="Services as boxes")
    expect(picture).to_be_visible()
    assert picture.evaluate("image => image.decode().then(() => image.naturalWidth)") > 100
    calls = page.get_by_role("region", name="Who calls whom")
    edge = calls.get_by_role("row").filter(has_text=EVIL)
    expect(edge).to_contain_text(NOBODY)
    operations = page.get_by_role("region", name="Operations", exact=True)
    operations.get_by_role("button", name="p95").click()
    expect(page).to_have_url(re.compile("sort=-p95"))
    heading = operations.get_by_role("columnheader", name="p95")
    expect(heading).to_have_attribute("aria-sort", "descending")
    assert page.locator("main script").count() == 0
    edge.get_by_role("link").last.click()
    expect(page).to_have_url(re.compile(f"/search.*service={NOBODY}"))


def test_two_traces_are_compared(watch: Visit, platform: Layout) -> None:
    """From a trace by one click, then with one of the same root or by an id."""
    first, second = (store(platform, made_up(NOBODY, count)) for count in (3, 4))
    visitor = watch(viewport=DESK)
    page = visitor.page
    page.goto(f"/trace/{first}")
    page.get_by_role("link", name="Compare").click()
    alike = page.get_by_role("region", name="Traces with the same beginning")
    alike.get_by_role("link", name=second[:8]).click()
    expect(page).to_have_url(re.compile(rf"/trace/{first}\.\.\.{second}$"))
    spans = page.get_by_role("region", name="Spans").get_by_role("row")
    expect(spans).to_have_count(1 + 4)
    expect(spans.filter(has_text="only in B")).to_have_count(1)
    page.goto(f"/trace/{first}...")
    page.get_by_label("Id of the other trace").fill(first)
    visitor.button("Compare").click()
    expect(page).to_have_url(re.compile(rf"/trace/{first}\.\.\.{first}$"))
    expect(page.get_by_text("0 are only in A and 0 only in B")).to_be_visible()
