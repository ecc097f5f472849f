"""The graph of services, the table of operations, and two traces compared, from a real trace store."""

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit
from xml.etree import ElementTree

import httpx
import pytest
from opentelemetry import context, trace
from opentelemetry.trace import SpanKind, Status, StatusCode, Tracer, set_span_in_context

from console import sample
from console.graph_picture import Arrow, draw, layers
from console.sample import newest
from console.server import Server
from console.settings import Settings
from grafana.colours import of_service
from tests.jaeger.tracebox.process import Tracebox, running, tracer
from tests.waiting import wait_for

EVIL = '<script>alert("x")</script>&'
SHORT, LONG = 1_000_000, 9_000_000  # nanoseconds
BEGIN = 1_795_694_400 * 10**9  # 2026-11-26 12:00 UTC
MINUTE = {"from": str(BEGIN / 1e9 - 1), "to": str(BEGIN / 1e9 + 59)}
ORDER = "POST /api/orders"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tracebox]:
    """Three orders: each asks a product service, and its message reaches a service with a name of markup."""
    with (
        running(tmp_path_factory.mktemp("store")) as box,
        tracer(box, "order-service") as orders,
        tracer(box, "product-service") as products,
        tracer(box, EVIL) as listener,
    ):
        for number, took in enumerate((SHORT, SHORT, LONG)):
            order(orders, products, listener, BEGIN + number * 10**9, took)
        for provider in (orders, products, listener):
            provider.span_processor.force_flush()  # type: ignore[attr-defined]
        wait_for("all spans", lambda: box.metric("shop_tracebox_spans") == 3 * 4 + 1)
        yield box


def order(orders: Tracer, products: Tracer, listener: Tracer, begin: int, took: int) -> None:
    """One trace; the long one fails, and has a span that the others lack."""
    root = orders.start_span(ORDER, context.Context(), SpanKind.SERVER, start_time=begin)
    inside = set_span_in_context(root, context.Context())
    asked = products.start_span("GET /api/products", inside, SpanKind.SERVER, start_time=begin + 100)
    if took == LONG:
        asked.set_status(Status(StatusCode.ERROR))
        orders.start_span("retry", inside, start_time=begin + 200).end(begin + 300)
    asked.end(begin + 100 + took // 2)
    sent = orders.start_span("publish", inside, SpanKind.PRODUCER, start_time=begin + 500)
    sent.end(begin + 600)
    link = trace.Link(sent.get_span_context())
    heard = listener.start_span(EVIL, context.Context(), SpanKind.CONSUMER, links=[link], start_time=begin + 700)
    heard.end(begin + 800)
    root.end(begin + took)


@pytest.fixture
def settings(store: Tracebox, tmp_path: Path) -> Settings:
    """Of a console whose Prometheus is away."""
    (tmp_path / "index.html").write_text("")
    away = "http://127.0.0.1:9"
    return Settings("127.0.0.1", 0, away, away, store.query, {}, logs=tmp_path, built=tmp_path)


@pytest.fixture
def console(settings: Settings) -> Iterator[httpx.Client]:
    """A client of it."""
    with Server(settings) as server, httpx.Client(base_url=f"http://127.0.0.1:{server.server_port}") as client:
        threading.Thread(target=server.serve_forever, args=(0.02,)).start()
        yield client
        client.close()
        server.shutdown()


def sheet(console: httpx.Client, name: str) -> dict[str, Any]:
    """What the page of this address shows, of the minute in which the orders were made."""
    answer = console.get(f"/api/sheets/{name}", params=MINUTE)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def values(table: dict[str, Any]) -> list[list[object]]:
    """The rows of a table."""
    return [[cell["value"] for cell in row["cells"]] for row in table["rows"]]


def test_the_graph_tells_who_calls_whom(console: httpx.Client) -> None:
    """By requests and, over links, by messages; how often, how long, and how many failed."""
    calls, operations = sheet(console, "dependencies")["tables"]
    assert sorted(values(calls), key=str) == [
        ["order-service", EVIL, "message", 3, 3 / 60, 0, 1e-7, 1e-7],
        ["order-service", "product-service", "request", 3, 3 / 60, 1, SHORT / 2e9, LONG / 2e9],
    ]
    assert ["order-service", ORDER, 3, 3 / 60, 0, SHORT / 1e9, LONG / 1e9] in values(operations)
    assert {row[1] for row in values(operations)} == {ORDER, "GET /api/products", EVIL}  # no `publish`, no `retry`


def test_the_numbers_lead_to_their_traces(console: httpx.Client) -> None:
    """The search of the console finds the one call that failed."""
    calls = sheet(console, "dependencies")["tables"][0]
    (failed,) = [row["cells"][5] for row in calls["rows"] if row["cells"][5]["value"]]
    path, query = urlsplit(failed["to"])[2:4]
    asked = {name: found[0] for name, found in parse_qs(query).items()}
    assert path == "/search"
    asked |= {name: str(int(asked[name]) / 1000) for name in ("from", "to")}  # as the page asks
    (found,) = console.get("/api/traces", params=asked).json()["traces"]
    assert found["errors"] == 1


def test_the_picture_has_no_script_and_says_what_there_is(console: httpx.Client) -> None:
    """At an address of our own; well-formed whatever a service is called."""
    picture = sheet(console, "dependencies")["picture"]
    answer = console.get(picture["address"])
    assert answer.headers["content-type"] == "image/svg+xml"
    root = ElementTree.fromstring(answer.content)
    tags = {element.tag.rpartition("}")[2] for element in root.iter()}
    assert tags == {"svg", "marker", "path", "rect", "text"}
    assert not any("style" in element.attrib for element in root.iter())
    texts = [element.text for element in root.iter() if element.tag.endswith("text")]
    assert {"order-service", "product-service"} <= set(texts)
    assert console.get("/api/pictures/" + "0" * 32).status_code == 404


def test_services_stand_right_of_those_that_ask_them() -> None:
    """Messages do not move whoever has requests; services that ask each other have some order."""

    def arrow(caller: str, called: str, is_message: bool = False) -> Arrow:
        return Arrow(caller, called, is_message, 1.0, 0)

    chain = [arrow("shop", "order"), arrow("order", "product"), arrow("shop", "product")]
    back = [arrow("product", "order", is_message=True), arrow("order", "mail", is_message=True)]
    assert layers(["shop", "order", "product", "mail"], [*chain, *back]) == {
        "shop": 0,
        "order": 1,
        "product": 2,
        "mail": 2,
    }
    ring = [arrow("a", "b"), arrow("b", "c"), arrow("c", "a")]
    assert sorted(layers(["a", "b", "c"], ring).values()) == [0, 1, 2]
    ElementTree.fromstring(draw(ring))
    ElementTree.fromstring(draw([arrow("\x00", "a\ud800")]))
    many = [arrow(f"s{number}", f"s{number + 1}") for number in range(2000)]
    assert draw(many).count("</text>") < 100


def test_only_as_much_is_read_as_may_be(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """The newest traces are whole, and the answer says from when on all of them are there."""
    begin, end = BEGIN / 1e9 - 1, BEGIN / 1e9 + 59
    every = newest(settings, begin, end)
    assert (every.traces, every.whole, every.since) == (6, True, begin)
    part = newest(settings, begin, end, most=3000)
    assert not part.whole
    assert 0 < part.traces < 6
    assert begin < part.since < end
    by_trace = {span.trace_id: sum(one.trace_id == span.trace_id for one in part.spans) for span in part.spans}
    whole = {span.trace_id: sum(one.trace_id == span.trace_id for one in every.spans) for span in every.spans}
    assert by_trace.items() <= whole.items()
    monkeypatch.setattr(sample, "MOST_TRACES", 2)
    few = newest(settings, begin, end)
    assert (few.traces, few.whole) == (2, False)


def test_a_part_is_called_a_part(console: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """The page says it, and the rates are of the part."""
    assert "all of this time" in sheet(console, "dependencies")["said"]
    monkeypatch.setattr(sample, "MOST_TRACES", 2)
    assert "Only a part" in sheet(console, "dependencies")["said"]


def test_a_time_without_traces_has_no_picture(console: httpx.Client) -> None:
    """And no rows."""
    answer = console.get("/api/sheets/dependencies", params={"from": 1, "to": 2}).json()
    assert answer["picture"] is None
    assert answer["said"].startswith("There are no traces")
    assert [table["rows"] for table in answer["tables"]] == [[], []]


def traces_of(console: httpx.Client) -> list[str]:
    """The orders, the first one first."""
    found = console.get("/api/traces", params={"service": "order-service", **MINUTE}).json()["traces"]
    return [one["trace"] for one in reversed(found) if one["root"].endswith(ORDER)]


def test_two_traces_are_compared_by_their_structure(console: httpx.Client) -> None:
    """Both durations, the difference, and what only one of them has."""
    first, _, long = traces_of(console)
    about, spans = sheet(console, f"trace/{first.upper()}...{long}")["tables"]
    assert [row[2] for row in values(about)] == [SHORT / 1e9, LONG / 1e9]
    assert [(row[0], row[4]) for row in values(spans)] == [
        (f"order-service: {ORDER}", ""),
        ("product-service: GET /api/products", "failed in B"),
        ("order-service: retry", "only in B"),
        ("order-service: publish", ""),
    ]
    assert [row["depth"] for row in spans["rows"]] == [0, 1, 1, 1]
    root, _, retry, _ = values(spans)
    assert root[1:4] == [SHORT / 1e9, LONG / 1e9, pytest.approx((LONG - SHORT) / 1e9)]
    assert retry[1:4] == [None, 1e-7, None]
    assert spans["rows"][1]["cells"][2]["to"].startswith(f"/trace/{long}?span=")
    assert spans["rows"][0]["cells"][0]["colour"] == of_service("order-service")


def test_a_trace_is_offered_those_with_the_same_root(console: httpx.Client) -> None:
    """Or a field for any id."""
    first, second, long = traces_of(console)
    offer = sheet(console, f"trace/{first}...")
    assert offer["form"]["before"] == f"/trace/{first}..."
    rows = offer["tables"][1]["rows"]
    assert [row["cells"][0]["to"] for row in rows] == [f"/trace/{first}...{long}", f"/trace/{first}...{second}"]


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("trace/" + "b" * 32 + "...", 404),
        ("trace/xyz...abc", 404),
        ("nosuch", 404),
        ("dependencies?from=then", 400),
        ("dependencies?from=9&to=8", 400),
    ],
)
def test_what_is_no_sheet_is_refused(console: httpx.Client, name: str, status: int) -> None:
    """With a reason."""
    answer = console.get(f"/api/sheets/{name}")
    assert answer.status_code == status
    assert isinstance(answer.json()["error"], str)
