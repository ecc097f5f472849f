"""The search page and the waterfall page, without a browser."""

import pytest
from opentelemetry import trace

from tests.jaeger.tracebox.process import Tracebox, tracer, wait_for

EVIL = "<script>alert('x')</script>\"&"


@pytest.fixture(scope="module")
def trace_id(box: Tracebox) -> str:
    """A trace of two services with an error, an event, a link, and markup in every text."""
    other = trace.SpanContext(0xABC, 0xDEF, is_remote=True)
    with (
        tracer(box, "order-service") as orders,
        tracer(box, f"shop {EVIL}") as shop,
        orders.start_as_current_span("POST /api/orders", attributes={"shop.order.id": "o-9"}) as root,
        shop.start_as_current_span(EVIL, links=[trace.Link(other)], attributes={EVIL: EVIL}) as child,
    ):
        child.add_event(f"event {EVIL}", {EVIL: EVIL})
        child.set_status(trace.Status(trace.StatusCode.ERROR, f"status {EVIL}"))
    found = f"{root.get_span_context().trace_id:032x}"
    wait_for(lambda: box.metric("shop_tracebox_spans") == 2)
    return found


def test_search_lists_a_trace(box: Tracebox, trace_id: str) -> None:
    """With its root, services, number of spans and errors, and a link to its page."""
    html = box.get("/", attributes="shop.order.id=o-9 resource.deployment.environment.name=test").text
    assert f'<a href="/trace/{trace_id}">order-service: POST /api/orders</a>' in html
    assert '<td class="number" title="spans">2</td><td class="number error" title="errors">1</td>' in html
    assert "order-service 1</span>" in html


@pytest.mark.parametrize(
    ("params", "found"),
    [
        ({"service": "order-service"}, True),
        ({"service": "order-service", "operation": "POST /api/orders", "lookback": "5m"}, True),
        ({"attributes": "error=true"}, True),
        ({"attributes": "shop.order.id=other"}, False),
        ({"min": "1h"}, False),
        ({"max": "1h", "limit": "1"}, True),
    ],
)
def test_search_form(box: Tracebox, trace_id: str, params: dict[str, str], found: bool) -> None:
    """Each field of the form narrows the search."""
    response = box.get("/", **params)
    assert response.status_code == 200
    assert (trace_id in response.text) is found
    assert ("No trace found" in response.text) is not found


@pytest.mark.parametrize(
    "params", [{"min": EVIL}, {"limit": EVIL}, {"attributes": "no-equals"}, {"lookback": "x"}]
)
def test_a_form_that_makes_no_sense_says_so(box: Tracebox, params: dict[str, str]) -> None:
    """400 with the reason, escaped, and the form as it was filled in."""
    response = box.get("/", **params)
    assert response.status_code == 400
    assert "cannot be searched" in response.text
    assert "<script>alert" not in response.text


def test_the_waterfall_shows_everything_escaped(box: Tracebox, trace_id: str) -> None:
    """Nesting, bars, errors, attributes, events and links; no text becomes markup."""
    html = box.get(f"/trace/{trace_id}").text
    assert html.count("<details>") == html.count("<rect ") == 2
    assert html.index("POST /api/orders") < html.index("\u2003")  # the child is indented
    assert 'class="failed"' in html
    assert "status: status &lt;script&gt;" in html
    assert "Event event &lt;script&gt;" in html
    assert f'<a href="/trace/{0xABC:032x}">' in html
    assert "<script>alert" not in html
    assert "alert(" in html


def test_unknown_pages(box: Tracebox) -> None:
    """A trace that is not there is a 404 page, an impossible id a 400 page."""
    assert box.get("/trace/" + "b" * 32).status_code == 404
    assert box.get("/trace/xyz").status_code == 400
    assert box.get("/static/../pages.py").status_code == 404


def test_pages_carry_no_inline_code(box: Tracebox, trace_id: str) -> None:
    """Style and script are files, and they are served."""
    for path in ("/", f"/trace/{trace_id}"):
        html = box.get(path).text
        assert "style=" not in html
        assert "<style" not in html
    for sheet in ("tracebox", "colours"):
        assert box.get(f"/static/{sheet}.css").headers["content-type"].startswith("text/css")
    assert "javascript" in box.get("/static/tracebox.js").headers["content-type"]
