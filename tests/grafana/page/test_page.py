"""The dashboard page's server: what it serves, what it hands on, and what it refuses."""

import json
import threading
from collections.abc import Iterator
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest

from grafana.colours import MEANINGS, PALETTE
from grafana.page.server import Server
from grafana.page.settings import Settings
from grafana.targets import documents


class Prometheus(BaseHTTPRequestHandler):
    """Answers with what it was asked."""

    def do_GET(self) -> None:
        """Refuse queries that say so."""
        self.send_response(400 if "bad" in self.path else 200)
        self.end_headers()
        self.wfile.write(json.dumps({"asked": self.path}).encode())

    def log_message(self, format: str, *args: object) -> None:
        """Stay quiet."""


@pytest.fixture
def prometheus() -> Iterator[ThreadingHTTPServer]:
    """A stand-in that listens."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Prometheus) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,)).start()
        yield server
        server.shutdown()


@pytest.fixture
def page(prometheus: ThreadingHTTPServer, tmp_path: Path) -> Iterator[httpx.Client]:
    """A client of the page, whose chart library is one small file."""
    (tmp_path / "uPlot.esm.js").write_text("export default class {}")
    url = f"http://127.0.0.1:{prometheus.server_address[1]}"
    settings = Settings(
        "127.0.0.1", 0, prometheus_url=url, addresses={"jaeger": "http://traces.test"}, charts=tmp_path
    )
    with Server(settings) as server, httpx.Client(base_url=f"http://127.0.0.1:{server.server_port}") as client:
        threading.Thread(target=server.serve_forever, args=(0.02,)).start()
        yield client
        client.close()
        server.shutdown()


def test_the_page_and_all_that_it_names_are_there(page: httpx.Client) -> None:
    """The page, every file of it, the chart library, the settings."""
    static = Path(Settings.static)
    for path in ["/", "/charts/uPlot.esm.js", "/health", *(f"/static/{file.name}" for file in static.iterdir())]:
        assert page.get(path).status_code == 200, path
    configuration = page.get("/config.json").json()
    assert configuration["addresses"] == {"jaeger": "http://traces.test"}
    assert configuration["palette"] == list(PALETTE)  # one file of colours for everything
    assert configuration["meanings"]["failure"] == MEANINGS["failure"]


def test_every_dashboard_is_listed_and_served(page: httpx.Client) -> None:
    """The overview first, and each one as it was generated."""
    listed = page.get("/dashboards.json").json()
    assert listed[0]["uid"] == "glasshouse-overview"
    served = [page.get(f"/dashboards/{entry['file']}").json() for entry in listed]
    assert sorted(d["uid"] for d in served) == sorted(d["uid"] for d in documents())


def test_an_alerts_addresses_lead_somewhere(page: httpx.Client) -> None:
    """A dashboard by Grafana's own address, with or without its name behind it; the runbooks as a page."""
    for path in ("/d/glasshouse-service?var-service=order-service", "/d/glasshouse-slo/slo", "/d/glasshouse-slo/"):
        answer = page.get(path)
        assert answer.status_code == 200, path
        assert 'id="grid"' in answer.text
    runbooks = page.get("/public/docs/runbooks.html")
    assert runbooks.headers["Content-Type"] == "text/html; charset=utf-8"
    assert 'id="servicedown"' in runbooks.text
    assert page.get("/public/docs/runbooks.css").status_code == 200


def test_a_dashboard_that_is_not_there_is_a_404_that_names_the_others(page: httpx.Client) -> None:
    """Not the overview under a wrong address."""
    answer = page.get("/d/nosuch")
    assert answer.status_code == 404
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert "There is no such page" in answer.text
    assert 'href="/d/glasshouse-overview"' in answer.text


def test_queries_are_handed_to_prometheus(page: httpx.Client) -> None:
    """With their parameters, and the answer's status comes back."""
    asked = "/api/v1/query?query=up%7Bjob%3D%22a%22%7D"
    assert page.get(asked).json() == {"asked": asked}
    assert page.get("/api/v1/label/job/values").status_code == 200
    assert page.get("/api/v1/alerts").json() == {"asked": "/api/v1/alerts?"}
    assert page.get("/api/v1/query?query=bad").status_code == 400


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/admin/tsdb/delete_series",
        "/api/v1/label/../query",
        "/static/../server.py",
        "/static/..%2fserver.py",
        "/dashboards/../board.py",
        "/static/",
        "/nothing",
    ],
)
def test_nothing_else_is_handed_on_or_served(page: httpx.Client, path: str) -> None:
    """No other call of Prometheus, no file outside the folders."""
    connection = HTTPConnection(page.base_url.host, page.base_url.port or 0)  # sends a path as it is
    connection.request("GET", path)
    assert connection.getresponse().status == 404
    connection.close()


def test_a_browser_may_run_only_the_pages_own_scripts(page: httpx.Client) -> None:
    """The policy allows nothing inline and nothing from elsewhere; the page has nothing inline."""
    answer = page.get("/")
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "style=" not in answer.text


def test_a_prometheus_that_is_away_is_said(
    page: httpx.Client, prometheus: ThreadingHTTPServer, captured_logs: list[dict[str, Any]]
) -> None:
    """502 with Prometheus' own form of an error, and lines in the platform's shape."""
    prometheus.shutdown()
    prometheus.server_close()
    answer = page.get("/api/v1/query?query=up")
    assert answer.status_code == 502
    assert answer.json()["status"] == "error"
    page.get("/health")  # after it the line of the first request is written
    ours = [line for line in captured_logs if line["logger"] == "dashboards"]
    assert {"prometheus.unreachable", "http.request"} == {line["event"] for line in ours}
    assert all("trace_id" in line for line in ours)


@pytest.mark.parametrize(
    ("method", "path", "host", "status"),
    [
        ("GET", "/", "localhost:3000", 200),
        ("GET", "/static/main.js", "127.0.0.1", 200),
        ("GET", "/nothing", "[::1]:3000", 404),
        ("GET", "/api/v1/query?query=up", "localhost", 200),
        ("POST", "/", "localhost", 501),
        ("DELETE", "/api/v1/query", "localhost", 501),
        ("GET", "/", "evil.example", 421),
        ("GET", "/api/v1/query?query=up", "localhost.evil.example:3000", 421),
        ("GET", "//evil.example/", "localhost", 404),
        ("GET", "/static/", "localhost", 404),
        ("GET", "/static", "localhost", 404),
    ],
)
def test_every_answer_has_the_security_headers(
    page: httpx.Client, method: str, path: str, host: str, status: int
) -> None:
    """Errors too; a stranger's name is not served, and nothing is redirected."""
    connection = HTTPConnection("127.0.0.1", page.base_url.port or 0, timeout=5)
    connection.request(method, path, headers={"Host": host})
    answer = connection.getresponse()
    connection.close()
    assert answer.status == status
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Location"] is None
