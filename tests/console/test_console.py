"""The console's server: what it serves, what it hands on, and what it refuses."""

import json
import socket
import threading
from collections.abc import Iterator
from functools import partial
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import pytest

from console import server
from console.server import Server
from console.settings import Settings
from grafana.colours import MEANINGS, PALETTE, SERVICES
from tests.grafana.targets import documents

INDEX = '<!doctype html><div id="root"></div><script type="module" src="/assets/index-1.js"></script>'


class Part(BaseHTTPRequestHandler):
    """Stands for Prometheus, the trace store and Alertmanager: answers with what it was asked."""

    def do_GET(self) -> None:
        """Refuse queries that say so."""
        body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        if "dies" in self.path:  # in the middle of its answer
            self.wfile.write(f"HTTP/1.0 {self.path[-3:]} -\r\nContent-Length: 100\r\n\r\n{{".encode())
            return
        self.send_response(400 if "bad" in self.path else 200)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps({"asked": f"{self.command} {self.path}", "body": body}).encode())

    do_POST = do_DELETE = do_GET

    def log_message(self, format: str, *args: object) -> None:
        """Stay quiet."""


@pytest.fixture
def part() -> Iterator[ThreadingHTTPServer]:
    """A stand-in that listens."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Part) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,)).start()
        yield server
        server.shutdown()


@pytest.fixture
def console(part: ThreadingHTTPServer, tmp_path: Path) -> Iterator[httpx.Client]:
    """A client of the console, whose pages are two small files."""
    (tmp_path / "assets").mkdir()
    (tmp_path / "index.html").write_text(INDEX)
    (tmp_path / "assets" / "index-1.js").write_text("export default 1")
    url = f"http://127.0.0.1:{part.server_address[1]}"
    settings = Settings("127.0.0.1", 0, url, url, url, {"jaeger": "http://traces.test"}, built=tmp_path)
    with Server(settings) as server, httpx.Client(base_url=f"http://127.0.0.1:{server.server_port}") as client:
        threading.Thread(target=server.serve_forever, args=(0.02,)).start()
        yield client
        client.close()
        server.shutdown()


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/dashboards",
        "/alerts?q=slow",
        "/logs?q=a",
        "/search?service=a&lookback=1h",
        "/trace/0af7651916cd43dd8448eb211c80319c",
        "/d/glasshouse-service?var-service=order-service",
        "/d/glasshouse-slo/slo",
        "/d/glasshouse-slo/",
    ],
)
def test_every_page_is_the_same_file(console: httpx.Client, path: str) -> None:
    """Its script draws what the address names; a dashboard has Grafana's address, with or without its name."""
    answer = console.get(path)
    assert answer.status_code == 200
    assert answer.text == INDEX
    assert answer.headers["Cache-Control"] == "no-cache"


def test_built_files_are_kept_by_browsers(console: httpx.Client) -> None:
    """Their names change with their content."""
    answer = console.get("/assets/index-1.js")
    assert answer.headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert "immutable" in answer.headers["Cache-Control"]


def test_the_configuration_has_addresses_and_colours(console: httpx.Client) -> None:
    """One file of colours for everything."""
    configuration = console.get("/config.json").json()
    assert configuration["addresses"] == {"jaeger": "http://traces.test"}
    assert configuration["palette"] == list(PALETTE)
    assert configuration["meanings"]["failure"] == MEANINGS["failure"]
    assert configuration["services"] == SERVICES


def test_every_dashboard_is_listed_and_served(console: httpx.Client) -> None:
    """The overview first, and each one as it was generated."""
    listed = console.get("/config.json").json()["dashboards"]
    assert listed[0]["uid"] == "glasshouse-overview"
    served = [console.get(f"/boards/{entry['uid']}").json() for entry in listed]
    assert sorted(d["uid"] for d in served) == sorted(d["uid"] for d in documents())


def test_the_runbooks_are_served(console: httpx.Client) -> None:
    """Under the address that alerts name."""
    runbooks = console.get("/public/docs/runbooks.html")
    assert runbooks.headers["Content-Type"] == "text/html; charset=utf-8"
    assert 'id="servicedown"' in runbooks.text
    assert console.get("/public/docs/runbooks.css").status_code == 200


@pytest.mark.parametrize("path", ["/d/nosuch", "/nothing", "/boards/nosuch"])
def test_what_is_not_there_is_a_404_with_the_page_that_says_so(console: httpx.Client, path: str) -> None:
    """Not the overview under a wrong address."""
    answer = console.get(path)
    assert answer.status_code == 404
    assert answer.text == INDEX


@pytest.mark.parametrize(
    "target",
    [
        "/api/v1/query?query=up%7Bjob%3D%22a%22%7D",
        "/api/v1/label/job/values?",
        "/api/v1/alerts?",
        "/api/v1/rules?type=alert",
        "/api/v3/services?",
        "/api/v3/traces?query.serviceName=a",
        "/api/v3/traces/0af7651916cd43dd8448eb211c80319c?",
        "/api/v2/alerts?",
        "/api/v2/silences?",
    ],
)
def test_questions_are_handed_on(console: httpx.Client, target: str) -> None:
    """With their parameters."""
    assert console.get(target).json()["asked"] == f"GET {target}"


def test_the_status_of_an_answer_comes_back(console: httpx.Client) -> None:
    """And so does what it says."""
    answer = console.get("/api/v1/query?query=bad")
    assert answer.status_code == 400
    assert "bad" in answer.json()["asked"]


@pytest.mark.parametrize("path", ["/api/traces/foo", "/api/v1/status/config", "/api/"])
def test_a_question_that_nobody_knows_is_refused_in_json(console: httpx.Client, path: str) -> None:
    """Pages show what `error` says: the page's own HTML would be no words for it."""
    answer = console.get(path)
    assert (answer.status_code, answer.json()) == (404, {"error": f"There is nothing at {path}."})


SILENCE = "/api/v2/silence/0198f1c2-7a3b-7c4d-8e5f-0123456789ab"


def test_silences_are_made_and_ended(console: httpx.Client) -> None:
    """By a page of the console and by a program, which says nothing of where it comes from."""
    own = {"Origin": f"http://127.0.0.1:{console.base_url.port}", "Sec-Fetch-Site": "same-origin"}
    for headers in ({}, own):
        made = console.post("/api/v2/silences", json={"comment": "a"}, headers=headers)
        assert made.json() == {"asked": "POST /api/v2/silences", "body": '{"comment":"a"}'}
        assert console.delete(SILENCE, headers=headers).json()["asked"] == f"DELETE {SILENCE}"


@pytest.mark.parametrize(
    ("method", "path", "headers", "status"),
    [
        ("POST", "/api/v2/silences", {"Origin": "http://evil.example"}, 403),
        ("POST", "/api/v2/silences", {"Origin": "null"}, 403),
        ("POST", "/api/v2/silences", {"Origin": "http://127.0.0.1:1"}, 403),
        ("POST", "/api/v2/silences", {"Sec-Fetch-Site": "cross-site"}, 403),
        ("POST", "/api/v2/silences", {"Sec-Fetch-Site": "same-site"}, 403),
        ("DELETE", SILENCE, {"Origin": "http://evil.example"}, 403),
        ("DELETE", SILENCE, {"Sec-Fetch-Site": "cross-site"}, 403),
        ("POST", "/api/v2/silences", {"Content-Type": "text/plain"}, 415),
        ("POST", "/api/v2/silences", {"Content-Type": "application/x-www-form-urlencoded"}, 415),
        ("POST", "/api/v2/silences", {"Host": "evil.example"}, 421),
        ("POST", "/api/v2/silences", {"Content-Length": "9999999"}, 413),
        ("POST", "/api/v2/silences", {"Content-Length": "-1"}, 411),
        ("POST", "/api/v2/silences", {"Transfer-Encoding": "chunked"}, 411),
        ("POST", "/api/v2/alerts", {}, 405),
        ("POST", "/api/v1/query", {}, 405),
        ("DELETE", "/api/v2/silences", {}, 405),
        ("DELETE", "/api/v1/query", {}, 405),
        ("POST", "/", {}, 405),
        ("PUT", "/api/v2/silences", {}, 501),
    ],
)
def test_nobody_else_changes_anything(
    console: httpx.Client, method: str, path: str, headers: dict[str, str], status: int
) -> None:
    """Another site's page, a form, a stranger's name, and what is not there to be changed."""
    connection = HTTPConnection("127.0.0.1", console.base_url.port or 0, timeout=5)
    connection.putrequest(method, path, skip_host="Host" in headers)
    for name, value in {"Content-Type": "application/json", "Content-Length": "0", **headers}.items():
        connection.putheader(name, value)
    connection.endheaders()
    assert connection.getresponse().status == status
    connection.close()


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/admin/tsdb/delete_series",
        "/api/v1/label/../query",
        "/api/v3/traces/zz",
        "/api/v2/status",
        "/assets/../index.html",
        "/assets/..%2findex.html",
        "/boards/../board.py",
        "/assets/",
        "/nothing",
    ],
)
def test_nothing_else_is_handed_on_or_served(console: httpx.Client, path: str) -> None:
    """No other call of Prometheus, no file outside the folders."""
    connection = HTTPConnection(console.base_url.host, console.base_url.port or 0)  # sends a path as it is
    connection.request("GET", path)
    assert connection.getresponse().status == 404
    connection.close()


def test_a_browser_may_run_only_the_pages_own_scripts(console: httpx.Client) -> None:
    """The policy allows nothing inline and nothing from elsewhere; the page has nothing inline."""
    answer = console.get("/")
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_a_part_that_is_away_is_said(
    console: httpx.Client, part: ThreadingHTTPServer, captured_logs: list[dict[str, Any]]
) -> None:
    """502 with Prometheus' own form of an error, and lines in the platform's shape."""
    part.shutdown()
    part.server_close()
    answer = console.get("/api/v1/query?query=up")
    assert answer.status_code == 502
    assert answer.json()["status"] == "error"
    console.get("/health")  # after it the line of the first request is written
    ours = [line for line in captured_logs if line["logger"] == "console"]
    assert {"upstream.unreachable", "http.request"} == {line["event"] for line in ours}
    assert all("trace_id" in line for line in ours)


@pytest.mark.parametrize(
    ("method", "path", "host", "status"),
    [
        ("GET", "/", "localhost:3000", 200),
        ("GET", "/assets/index-1.js", "127.0.0.1", 200),
        ("GET", "/nothing", "[::1]:3000", 404),
        ("GET", "/api/v1/query?query=up", "localhost", 200),
        ("POST", "/", "localhost", 405),
        ("PUT", "/", "localhost", 501),
        ("GET", "/", "evil.example", 421),
        ("GET", "/api/v1/query?query=up", "localhost.evil.example:3000", 421),
        ("GET", "//evil.example/", "localhost", 404),
        ("GET", "/assets/", "localhost", 404),
        ("GET", "/assets", "localhost", 404),
    ],
)
def test_every_answer_has_the_security_headers(
    console: httpx.Client, method: str, path: str, host: str, status: int
) -> None:
    """Errors too; a stranger's name is not served, and nothing is redirected."""
    connection = HTTPConnection("127.0.0.1", console.base_url.port or 0, timeout=5)
    connection.request(method, path, headers={"Host": host})
    answer = connection.getresponse()
    connection.close()
    assert answer.status == status
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Location"] is None


@pytest.mark.parametrize("status", [200, 503])
def test_a_part_that_dies_while_it_answers_is_told(console: httpx.Client, status: int) -> None:
    """As one that does not answer at all, whether it answers with an error or not."""
    answer = console.get(f"/api/v1/query?query=dies+{status}")
    assert answer.status_code == 502
    assert answer.json()["error"] == "Prometheus does not answer"


def test_what_nobody_expected_is_answered_and_logged(
    console: httpx.Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The log says what it was; the next request is answered as before."""
    logged: list[str] = []
    monkeypatch.setattr(server, "_log", SimpleNamespace(exception=logged.append, log=lambda *_, **__: None))
    (tmp_path / "index.html").rename(tmp_path / "away.html")
    answer = console.get("/")
    assert (answer.status_code, answer.text) == (500, "500: this went wrong; the log of the console says why.\n")
    assert logged == ["http.crash"]
    (tmp_path / "away.html").rename(tmp_path / "index.html")
    assert console.get("/").status_code == 200


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"GET\r\n\r\n", 400),
        (b"GET / HTTP/9.9\r\n\r\n", 505),
        (b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n", 414),
        (b"GET /api/v1/query?query=\xff HTTP/1.1\r\nHost: localhost\r\n\r\n", 400),
        (b"GET /api/v1/query?query=\x01 HTTP/1.1\r\nHost: localhost\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: localhost\r\nHost: evil.test\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\nContent-Length: 35\r\n\r\n", 400),
        (
            b"POST /api/v2/silences HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            b"Content-Length: " + b"9" * 5000 + b"\r\n\r\n",
            413,
        ),
        (
            b"GET /api/series?targets=%5B%7B%22expr%22:%22%5Cud800%22%7D%5D&from=1&to=2&step=1 HTTP/1.1\r\n"
            b"Host: localhost\r\nConnection: close\r\n\r\n",
            400,
        ),
        (
            b"GET /health HTTP/1.1\r\nHost: localhost\r\nContent-Length: 35\r\n\r\n"
            b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n",
            200,
        ),
    ],
)
def test_whatever_is_sent_has_one_answer(console: httpx.Client, sent: bytes, status: int) -> None:
    """No silence, and no body that becomes the next request."""
    with socket.create_connection(("127.0.0.1", console.base_url.port or 0), timeout=5) as connection:
        connection.sendall(sent)
        answer = b"".join(iter(partial(connection.recv, 65_536), b""))
    assert answer.startswith(f"HTTP/1.1 {status} ".encode())
    assert answer.count(b"HTTP/1.1") == 1
