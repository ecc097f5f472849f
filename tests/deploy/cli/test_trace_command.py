"""`./shop trace`: the tree of a request and its log lines, from a real trace store and files."""

import json
import re
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from deploy.cli.trace import run
from deploy.installation.errors import ShopError
from deploy.installation.layout import CHECKOUT, PORTS, Layout
from tests.free_ports import free_port
from tests.jaeger.tracebox.process import Tracebox, running
from tests.waiting import wait_for

MS = 10**6
ORDER, PAYMENT, OTHER, HEX_REQUEST = "0a" * 16, "0b" * 16, "0c" * 16, "0d" * 16
START = time.time_ns() - 60 * 10**9
OF_ORDER = {"shop.order.id": "o-1"}
ORDERED = {"shop.request.id": "req-order-1"}
PAID = {"shop.request.id": "req-pay-1"}

# trace, span, parent, service, operation, kind, start (ms), duration (ms), error, attributes, link
SPANS = [
    (ORDER, 1, 0, "order-service", "POST /api/orders", 2, 0, 50, "", {**ORDERED, **OF_ORDER}, ""),
    (ORDER, 3, 1, "order-service", "order.created", 4, 30, 5, "", OF_ORDER, ""),
    (ORDER, 4, 3, "product-service", "order.created", 5, 60, 20, "", ORDERED, ""),
    (ORDER, 2, 1, "order-service", "INSERT orders", 3, 10, 5, "", {}, ""),
    (PAYMENT, 5, 0, "payment-service", "POST /api/payments", 2, 1000, 40, "", {**PAID, **OF_ORDER}, ORDER),
    (PAYMENT, 6, 5, "payment-provider", "charge\x1b[2J", 2, 1010, 9, "card declined", {}, ""),
    (PAYMENT, 8, 7, "payment-service", "webhook", 2, 1500, 3, "", {}, ""),
    (OTHER, 9, 0, "order-service", "GET /api/orders/{id}", 2, 0, 1, "", {"shop.request.id": "req-other"}, ""),
    (HEX_REQUEST[::-1], 10, 0, "user-service", "POST /login", 2, 0, 1, "", {"shop.request.id": "e" * 32}, ""),
]  # fmt: skip


class Place(Layout):
    """An installation whose log files lie in its folder."""

    @property
    def logs(self) -> Path:
        return self.run


def place_at(query_port: int, folder: Path) -> Place:
    """With the trace store at this port."""
    return Place(CHECKOUT, folder, folder, query_port - PORTS["jaeger"])


@pytest.fixture(scope="module")
def box(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tracebox]:
    """A tracebox with SPANS."""
    request = ExportTraceServiceRequest()
    for trace, number, parent, service, name, kind, start, duration, error, attributes, link in SPANS:
        part = request.resource_spans.add()
        part.resource.attributes.add(key="service.name").value.string_value = service
        span = part.scope_spans.add().spans.add(name=name, kind=kind)
        span.trace_id, span.span_id = bytes.fromhex(trace), number.to_bytes(8, "big")
        span.parent_span_id = parent.to_bytes(8, "big") if parent else b""
        span.start_time_unix_nano = START + start * MS
        span.end_time_unix_nano = span.start_time_unix_nano + duration * MS
        span.status.code, span.status.message = 2 if error else 0, error
        for key, value in attributes.items():
            span.attributes.add(key=key).value.string_value = value
        if link:
            span.links.add(trace_id=bytes.fromhex(link), span_id=b"\1" * 8)
    with running(tmp_path_factory.mktemp("trace")) as started:
        started.post(request.SerializeToString())
        wait_for("all spans", lambda: started.metric("shop_tracebox_spans") == len(SPANS))
        yield started


@pytest.fixture
def place(box: Tracebox, tmp_path: Path) -> Place:
    """The tracebox, and logs of several programs."""

    def line(second: str, service: str, event: str, **fields: object) -> str:
        standard = {"timestamp": f"2026-11-20T10:00:{second}", "level": "info", "service": service, "event": event}
        return json.dumps({**standard, "logger": "x", "request_id": None, "trace_id": None, **fields}) + "\n"

    (tmp_path / "order-service-1.log").write_text(
        line("00.2Z", "order-service", "order.placed", request_id="req-order-1", order_id="o-1")
        + "Traceback that mentions req-order-1\n"
        + "[" * 100_000  # deeper than a reader of JSON goes
        + "req-order-1\n"
        + line("00.1Z", "order-service", "no.ids", note="it only mentions req-order-1")
        + line("09Z", "order-service", "other", request_id="req-other", trace_id=OTHER)
        + line("03.5+00:00", "order-service", "order.paid", trace_id=PAYMENT, level="warning")
    )
    (tmp_path / "gateway.log").write_text(
        line("02.000+00:00", "gateway", "http.request", request_id="req-pay-1", status=202, secret_less=None)
        + line("00.100+00:00", "gateway", "http.request", request_id="req-order-1", status=201)
    )
    (tmp_path / "product-service-2.log.1").write_text(
        line("00.300Z", "product-service", "message.processed", trace_id=ORDER, queue="product.orders")
    )
    return place_at(box.query_port, tmp_path)


def test_another_program_on_the_port_is_told(tmp_path: Path) -> None:
    """It answers, but is no trace store."""

    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"<!doctype html>")

        def log_message(self, *_: object) -> None: ...

    with HTTPServer(("127.0.0.1", 0), Page) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        with pytest.raises(ShopError, match="does not answer"):
            run(place_at(server.server_port, tmp_path), "req-order-1")
        server.shutdown()
        thread.join()


ORDER_TREE = [
    "0.0  order-service  POST /api/orders  50.0 ms",
    "10.0  ├─ order-service  INSERT orders  5.0 ms",
    "30.0  └─ order-service  sends order.created  5.0 ms",
    "60.0     └─ product-service  receives order.created  20.0 ms",
]
PAYMENT_TREE = [
    f"0.0  payment-service  POST /api/payments  40.0 ms  -> trace {ORDER}",
    "10.0  └─ payment-provider  charge?[2J  9.0 ms  ERROR card declined",
    "500.0  payment-service  webhook  3.0 ms  (its parent is not stored)",
]
BAR = re.compile(r"^( *[\d.]+) [━ ]{20}  ")
ORDER_LOG = [
    "10:00:00.100  info    gateway           http.request  status=201",
    "10:00:00.200  info    order-service-1   order.placed  order_id=o-1",
    "10:00:00.300  info    product-service-2 message.processed  queue=product.orders",
]
PAYMENT_LOG = [
    "10:00:02.000  info    gateway           http.request  status=202",
    "10:00:03.500  warning order-service-1   order.paid",
]


def show(place: Place, identifier: str, capsys: pytest.CaptureFixture[str]) -> tuple[list[str], list[str]]:
    """The lines of the trees, and of the log."""
    assert run(place, identifier) == 0
    trees, log = capsys.readouterr().out.split(f"log lines of {identifier}: ")
    lines = [
        BAR.sub(r"\1  ", line).strip()
        for line in trees.splitlines()
        if line.strip() and not line.startswith("trace ")
    ]
    return lines, log.splitlines()[1:]


def test_an_order_shows_both_its_traces(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    """In order of their start, each a tree; then the log lines of both in order of time."""
    assert show(place, "o-1", capsys) == (ORDER_TREE + PAYMENT_TREE, ORDER_LOG + PAYMENT_LOG)


@pytest.mark.parametrize("identifier", ["req-order-1", ORDER, ORDER.upper()])
def test_a_request_shows_its_trace(place: Place, capsys: pytest.CaptureFixture[str], identifier: str) -> None:
    """By request id and by trace id, without what else happened to the order."""
    assert show(place, identifier, capsys) == (ORDER_TREE, ORDER_LOG)


def test_a_linked_trace_is_shown_too(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    """The payment's trace links to the order's."""
    assert show(place, "req-pay-1", capsys)[0] == ORDER_TREE + PAYMENT_TREE


def test_a_request_id_may_look_like_a_trace_id(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    """32 hex characters that are no trace are searched as a request id."""
    assert show(place, "e" * 32, capsys)[0] == ["0.0  user-service  POST /login  1.0 ms"]


def test_the_output_is_plain(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    """No control sequences, no wrapped lines, the same twice."""
    run(place, "o-1")
    first = capsys.readouterr().out
    run(place, "o-1")
    assert capsys.readouterr().out == first
    assert "\x1b" not in first
    assert f"trace {ORDER}  " in first
    assert "  80.0 ms, 4 spans, 2 services\n" in first


def test_nothing_found_says_what_was_searched(place: Place) -> None:
    """With a hint that spans arrive late."""
    with pytest.raises(ShopError, match="'req-unknown' as a request id or an order id") as caught:
        run(place, "req-unknown")
    assert "try again" in caught.value.remedy
    with pytest.raises(ShopError, match="as a trace id, a request id or an order id"):
        run(place, "f" * 32)


def test_an_unreachable_store_says_so(tmp_path: Path) -> None:
    """With the address and the remedy."""
    port = free_port()
    with pytest.raises(
        ShopError, match=f"does not answer at http://127.0.0.1:{port}: connection refused"
    ) as caught:
        run(place_at(port, tmp_path), "o-1")
    assert "./shop up" in caught.value.remedy


@pytest.mark.parametrize("identifier", ["req-without-spans", "9" * 32])
def test_log_lines_are_shown_without_any_span(
    place: Place, capsys: pytest.CaptureFixture[str], identifier: str
) -> None:
    """A request that the edge refused, or whose spans are gone, still has its lines."""
    line = {"timestamp": "2026-11-20T10:00:05Z", "level": "info", "service": "gateway", "event": "refused.here"}
    ids = {"request_id": identifier, "trace_id": "9" * 32}
    with (place.logs / "gateway.log").open("a") as log:
        log.write(json.dumps(line | ids) + "\n")
        log.write(json.dumps(line | {"request_id": [1], "trace_id": {}, "note": identifier}) + "\n")
    assert run(place, identifier) == 0
    shown = capsys.readouterr()
    assert f"log lines of {identifier}: 1 " in shown.out
    assert "refused.here" in shown.out
    assert "no span" in shown.err
