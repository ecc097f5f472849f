"""Nothing between our own parts ever uses a proxy of the environment."""

import ast
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import yaml
from opentelemetry.sdk.trace import TracerProvider

from console.server import Server
from console.settings import Settings
from deploy.installation import readiness
from observability.export import NativeProcessor
from tests.checkout import ours
from tests.grafana.targets import prometheus

ROOT = Path(__file__).parents[1]
FOLDERS = (
    "console",
    "deploy",
    "docs",
    "grafana",
    "jaeger",
    "loadtests",
    "observability",
    "prometheus",
    "services",
)
# Calls that heed the proxies of the environment; a client of httpx does unless it is told not to.
HEEDING = {
    "urllib.request": {"urlopen", "urlretrieve"},
    "httpx": {"get", "post", "put", "patch", "delete", "head", "request", "stream"},
    "requests": {"get", "post", "put", "patch", "delete", "head", "request"},
}
CLIENTS = {"httpx.Client", "httpx.AsyncClient"}
NAMES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy")


def _heeds(call: ast.Call) -> bool:
    name = ast.unparse(call.func)
    module, _, function = name.rpartition(".")
    told = any(k.arg == "trust_env" and ast.unparse(k.value) == "False" for k in call.keywords)
    return (name in CLIENTS or function in HEEDING.get(module, set())) and not told


def test_no_call_heeds_a_proxy() -> None:
    """Clients are told not to; shortcuts that cannot be told are not used."""
    faults = []
    for path in (path for folder in FOLDERS for path in ours(".py", below=folder)):
        calls = (node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call))
        faults += [f"{path}:{call.lineno}" for call in calls if _heeds(call)]
    assert faults == []


def test_containers_get_no_proxy() -> None:
    """Docker hands the proxies of its client's configuration to every container that does not override them."""
    given = dict(
        line.split("=", 1)
        for line in (ROOT / "deploy/containers/no-proxy.env").read_text().splitlines()
        if not line.startswith("#")
    )
    assert {name: given[name] for name in NAMES} == dict.fromkeys(NAMES, "")
    services = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
    assert [n for n, s in services.items() if s.get("env_file") != ["deploy/containers/no-proxy.env"]] == []


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self._answer({"data": [self.path], "status": "success"})

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self._answer({})
        received.set()

    def _answer(self, value: object) -> None:
        body = json.dumps(value).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Not here."""


received = threading.Event()


@pytest.fixture
def part(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of one of our parts, while the environment names a proxy that is not there."""
    for name in NAMES:
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    for name in ("NO_PROXY", "no_proxy", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"):
        monkeypatch.delenv(name, raising=False)
    with ThreadingHTTPServer(("127.0.0.1", 0), _Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_spans_arrive(part: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The exporter goes straight to the trace store."""
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", part)
    received.clear()
    provider = TracerProvider()
    provider.add_span_processor(NativeProcessor())
    provider.get_tracer("test").start_span("one").end()
    provider.shutdown()
    assert received.wait(5)  # the store says so after it has answered


def test_probes_and_dashboards_reach_what_they_ask(part: str) -> None:
    """Readiness, the console, and what checks its panels."""
    assert readiness.http(f"{part}/ready")() is None
    assert prometheus(part)("query", {"query": "up"}) == ["/api/v1/query?query=up"]
    settings = Settings("127.0.0.1", 0, prometheus_url=part, alertmanager_url=part, traces_url=part, addresses={})
    with Server(settings) as page:
        threading.Thread(target=page.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{page.server_port}/api/v1/query?query=up"
        assert readiness.http(address)() is None
        page.shutdown()
