"""Customers of the load, against a shop in which an order cannot be looked at."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from loadtests.arrivals import Arrival, write
from tests.loadtests.test_locustfile import end, start

ORDER = {"id": "o-1", "status": "pending"}
ANSWERS: dict[str, tuple[int, object]] = {
    "POST /api/users/register": (201, {"id": "u-1"}),
    "POST /api/users/login": (200, {"token": "t", "expiresIn": 3600}),
    "GET /api/products": (200, {"items": [{"id": "p-1", "stock": 50}]}),
    "GET /api/products/p-1": (200, {}),
    "POST /api/orders": (201, ORDER),
    "GET /api/orders/o-1": (500, {}),
    "GET /api/orders/user/u-1": (200, {"items": [ORDER, {"id": "o-2", "status": "paid"}]}),
    "PUT /api/orders/o-1/status": (200, ORDER),
}


@pytest.fixture
def asked() -> Iterator[tuple[str, list[str]]]:
    """The address of the shop, and every request that it got."""
    requests: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", "0")))
            request = f"{self.command} {self.path.partition('?')[0]}"
            requests.append(request)
            status, answer = ANSWERS[request]
            body = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_POST = do_PUT = do_GET

        def log_message(self, *_: object) -> None: ...

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,)).start()
        yield f"http://127.0.0.1:{server.server_port}", requests
        server.shutdown()


def test_who_gave_up_an_order_cancels_it_before_the_next(asked: tuple[str, list[str]], tmp_path: Path) -> None:
    """An account may hold only so much that is unpaid: what nobody wants any more must not bring a 409."""
    host, requests = asked
    same_person = [Arrival(at, "Payer", 1, 0) for at in (0.0, 8.0)]  # the first visit is over long before the next
    write(tmp_path / "record", same_person)
    more = {"LOAD_SCENARIO": "checkout", "LOAD_REPLAY": str(tmp_path / "record")}
    code, output, results = end(start(tmp_path, host, "1m", "Gate", **more), tmp_path)
    assert code == 1, output
    assert results["outcomes"]["checkout: given up"] == 2
    orders = [one for one in requests if "/api/orders" in one]
    tidied = ["GET /api/orders/user/u-1", "PUT /api/orders/o-1/status"]
    assert orders == [
        "POST /api/orders",
        "GET /api/orders/o-1",
        *tidied,
        "POST /api/orders",
        "GET /api/orders/o-1",
    ]


def test_an_order_that_moved_before_its_answer_came_is_not_waited_for(
    asked: tuple[str, list[str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An answer that is repeated for an Idempotency-Key has the order as it is by then."""
    host, requests = asked
    monkeypatch.setitem(ANSWERS, "POST /api/orders", (201, {"id": "o-1", "status": "awaiting_payment"}))
    monkeypatch.setitem(ANSWERS, "POST /api/payments", (202, {}))
    monkeypatch.setitem(ANSWERS, "GET /api/orders/o-1", (200, {"id": "o-1", "status": "paid"}))
    write(tmp_path / "record", [Arrival(0.0, "Payer", 1, 0)])
    more = {"LOAD_SCENARIO": "checkout", "LOAD_REPLAY": str(tmp_path / "record")}
    _, output, results = end(start(tmp_path, host, "1m", "Gate", **more), tmp_path)
    assert results["outcomes"].get("checkout") == 1, output
    assert [one for one in requests if "/api/orders" in one or "/api/payments" in one] == [
        "POST /api/orders",
        "POST /api/payments",
        "GET /api/orders/o-1",
    ]
