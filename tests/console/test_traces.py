"""Traces for the pages and the search in the header, from a real trace store."""

import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from opentelemetry import trace

from console import find
from console.server import Server
from console.settings import Settings
from grafana.colours import of_service
from tests.jaeger.tracebox.process import Tracebox, running, tracer
from tests.waiting import wait_for

EVIL = "<script>alert('x')</script>\"&"
ORDER = "0199-order-7"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tracebox]:
    """Two traces: of an order that failed, with markup in every text, and one of somebody else."""
    with running(tmp_path_factory.mktemp("store")) as box:
        with tracer(box, "order-service") as orders, tracer(box, f"shop {EVIL}") as shop:
            failed = {"shop.order.id": ORDER, "error.type": "OutOfStock"}
            with orders.start_as_current_span("POST /api/orders", attributes=failed):
                link = trace.Link(trace.SpanContext(0xABC, 0xDEF, is_remote=True))
                with shop.start_as_current_span(EVIL, links=[link], attributes={EVIL: EVIL}) as child:
                    child.add_event(EVIL, {EVIL: EVIL})
                    child.set_status(trace.Status(trace.StatusCode.ERROR, EVIL))
            orders.start_span("GET /api/orders", attributes={"a": "b c"}).end()
        wait_for("all spans", lambda: box.metric("shop_tracebox_spans") == 3)
        yield box


@pytest.fixture
def console(store: Tracebox, tmp_path: Path) -> Iterator[httpx.Client]:
    """A client of a console whose Prometheus is away."""
    (tmp_path / "index.html").write_text("")
    away = "http://127.0.0.1:9"
    settings = Settings("127.0.0.1", 0, away, away, store.query, {}, logs=tmp_path, built=tmp_path)
    with Server(settings) as server, httpx.Client(base_url=f"http://127.0.0.1:{server.server_port}") as client:
        threading.Thread(target=server.serve_forever, args=(0.02,)).start()
        yield client
        client.close()
        server.shutdown()


@pytest.mark.parametrize(
    ("question", "roots"),
    [
        ({}, ["GET /api/orders", "POST /api/orders"]),
        ({"service": "order-service", "operation": "GET /api/orders"}, ["GET /api/orders"]),
        ({"operation": "all", "minDuration": "0"}, ["GET /api/orders", "POST /api/orders"]),
        ({"operation": "allGET /api/orders"}, []),
        ({"tags": f'{{"shop.order.id":"{ORDER}"}}'}, ["POST /api/orders"]),
        ({"tags": f"shop.order.id={ORDER} error.type=OutOfStock"}, ["POST /api/orders"]),
        ({"tags": 'a="b c"'}, ["GET /api/orders"]),
        ({"tags": "error=true"}, ["POST /api/orders"]),
        ({"minDuration": "1h"}, []),
        ({"limit": "1"}, ["GET /api/orders"]),
    ],
)
def test_traces_are_found_by_jaegers_parameters(
    console: httpx.Client, question: dict[str, str], roots: list[str]
) -> None:
    """`tags` as JSON or as people write them; without a service in all of them."""
    answer = console.get("/api/traces", params=question).json()
    assert [one["root"].removeprefix("order-service: ") for one in answer["traces"]] == roots


def test_an_answer_tells_what_else_can_be_asked(console: httpx.Client) -> None:
    """Services, the operations of all of them, and attributes; and of a trace its numbers."""
    answer = console.get("/api/traces").json()
    assert answer["services"] == ["order-service", f"shop {EVIL}"]
    assert answer["operations"] == [EVIL, "GET /api/orders", "POST /api/orders"]
    assert {f"shop.order.id={ORDER}", 'a="b c"'} <= set(answer["attributes"])
    failed = answer["traces"][1]
    assert (failed["spans"], failed["errors"]) == (2, 1)
    assert failed["services"][0] == ["order-service", 1, of_service("order-service")]


@pytest.mark.parametrize(
    "question", [{"limit": "many"}, {"minDuration": "long"}, {"from": "then"}, {"from": "9", "to": "8"}]
)
def test_a_search_that_cannot_be_read_is_refused(console: httpx.Client, question: dict[str, str]) -> None:
    """With the words of the trace store, or ours."""
    answer = console.get("/api/traces", params=question)
    assert answer.status_code == 400
    assert isinstance(answer.json()["error"], str)


def test_a_trace_has_its_rows_with_its_log_lines(console: httpx.Client, tmp_path: Path) -> None:
    """The line lies below its span."""
    about = console.get("/api/traces", params={"tags": "error=true"}).json()["traces"][0]
    span_id = console.get(f"/api/traces/{about['trace']}").json()["rows"][1]["span"]["id"]
    ids = f'"trace_id": "{about["trace"]}", "span_id": "{span_id}"'
    when = console.get(f"/api/traces/{about['trace']}").json()["rows"][1]["time"]
    (tmp_path / "shop.log").write_text(
        f'{{"event": "said", "timestamp": "{datetime.fromtimestamp(when, UTC).isoformat()}", {ids}}}\n'
    )
    found = console.get(f"/api/traces/{about['trace'].upper()}").json()  # capitals are the same id
    root, child, told = found["rows"]
    assert (root["span"]["name"], root["below"], child["depth"], told["depth"]) == ("POST /api/orders", 2, 1, 2)
    assert told["line"]["fields"]["event"] == "said"
    assert found["lines"] == 1
    assert child["span"]["attributes"] == [[EVIL, EVIL]]
    assert child["span"]["links"] == [[f"{0xABC:032x}", f"{0xDEF:016x}"]]
    assert child["span"]["failed"]


def test_no_such_trace_is_a_404(console: httpx.Client) -> None:
    """With a reason."""
    answer = console.get("/api/traces/" + "b" * 32)
    assert answer.status_code == 404
    assert "There is no trace" in answer.json()["error"]
    assert console.get("/api/traces/x").status_code == 404


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        (ORDER, ["order", "logs"]),
        ("OutOfStock", ["error", "logs"]),
        ("retries breakers", ["dashboard", "logs"]),
        ("f" * 32, ["logs"]),
        ("", []),
    ],
)
def test_the_search_says_what_a_text_is(console: httpx.Client, text: str, kinds: list[str]) -> None:
    """An order, an error, a dashboard; and always the lines that have it. What is away finds nothing."""
    found = console.get("/api/find", params={"text": text}).json()["found"]
    assert [one["kind"] for one in found] == kinds


def test_the_search_finds_a_trace_by_its_id(console: httpx.Client) -> None:
    """And leads to its page."""
    trace_id = console.get("/api/traces").json()["traces"][0]["trace"]
    found = console.get("/api/find", params={"text": trace_id.upper()}).json()["found"]
    assert found[0]["to"] == f"/trace/{trace_id}"


def test_two_searches_of_the_header_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each asks for every service: a third one waits, and is told so when that takes too long."""
    monkeypatch.setattr("console.answers._PATIENCE", 0.01)
    settings = Settings("", 0, "", "", "", {})
    with find._two.place(), find._two.place():
        status, _, content = find.answer(settings, "text=a")
        assert (status, json.loads(content)) == (503, {"error": "other searches are under way"})
    assert find.answer(settings, "text=")[0] == 200
