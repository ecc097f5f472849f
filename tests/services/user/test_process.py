"""The user service as a process of its own: what it writes, traces and measures, and how it ends."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx
import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from deploy.installation.layout import CHECKOUT
from deploy.installation.secrets import Secrets
from tests.free_ports import free_port

EMAIL, PASSWORD, NEW_PASSWORD = "story@example.com", "hunter2hunter2", "correct-horse-battery"


@dataclass
class Story:
    """What was done, and what the service left behind."""

    user_id: str = ""
    secrets: list[str] = field(default_factory=list)
    metrics: str = ""
    exit_code: int | None = None
    output: str = ""
    errors: str = ""
    spans: list[Span] = field(default_factory=list)

    def events(self) -> list[str]:
        return [json.loads(line)["event"] for line in self.output.splitlines()]


@pytest.fixture(scope="module")
def story(database_url: str, redis_url: str, keys: Secrets) -> Story:
    """The life of one process, from its start to SIGTERM, with every kind of request in between."""
    story = Story()
    with ThreadingHTTPServer(("127.0.0.1", 0), _collector(story.spans)) as collector:
        threading.Thread(target=collector.serve_forever, daemon=True).start()
        port = free_port()
        environment = {
            "PATH": os.environ["PATH"],
            "PORT": str(port),
            "SERVICE_INSTANCE_ID": "user-service-1",
            "OTEL_EXPORTER_OTLP_ENDPOINT": f"http://127.0.0.1:{collector.server_port}",
            "DATABASE_URL": database_url,
            "REDIS_URL": redis_url,
            "TOKEN_KEY_FILE": str(keys.token_key_file),
        }
        process = subprocess.Popen(
            [sys.executable, "-m", "services.user.main"],
            cwd=CHECKOUT,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        try:
            with httpx.Client(base_url=f"http://127.0.0.1:{port}") as client:
                _until_ready(client, process)
                _live(client, story)
        finally:
            process.send_signal(signal.SIGTERM)
            story.output, story.errors = process.communicate(timeout=15)
            story.exit_code = process.returncode
            collector.shutdown()
    return story


def _live(client: httpx.Client, story: Story) -> None:
    def post(path: str, body: Any) -> Any:
        response = client.post(f"/api/users{path}", json=body)
        assert response.status_code < 500, response.text
        return response.json() if response.content else None

    story.user_id = post("/register", {"email": EMAIL, "password": PASSWORD})["id"]
    post("/register", {"email": EMAIL, "password": PASSWORD})
    tokens = post("/login", {"email": EMAIL, "password": PASSWORD})
    post("/login", {"email": EMAIL, "password": NEW_PASSWORD})
    refreshed = post("/refresh", {"refreshToken": tokens["refreshToken"]})
    post("/refresh", {"refreshToken": refreshed["refreshToken"]})
    post("/refresh", {"refreshToken": tokens["refreshToken"]})
    bearer = {"Authorization": f"Bearer {tokens['token']}"}
    change = {"currentPassword": PASSWORD, "password": NEW_PASSWORD}
    client.put("/api/users/profile", json=change, headers=bearer).raise_for_status()
    client.get("/api/users/profile", headers={"Authorization": f"Bearer {tokens['token']}x"})
    # what careless clients do
    post("/register", {"email": PASSWORD, "password": PASSWORD, PASSWORD: PASSWORD})
    client.get("/api/users/profile", params={"token": tokens["token"], "password": PASSWORD})
    story.secrets = [
        *(PASSWORD, NEW_PASSWORD, tokens["token"], refreshed["token"]),
        *(token.partition(".")[2] for token in (tokens["refreshToken"], refreshed["refreshToken"])),
    ]
    story.metrics = client.get("/metrics").text


def _until_ready(client: httpx.Client, process: subprocess.Popen[str]) -> None:
    deadline = time.monotonic() + 20
    while process.poll() is None and time.monotonic() < deadline:
        try:
            if client.get("/health/ready").json()["status"] == "ok":
                return
        except httpx.TransportError:
            time.sleep(0.05)
    raise AssertionError("the service is not ready")


def _collector(spans: list[Span]) -> type[BaseHTTPRequestHandler]:
    """An OTLP/HTTP receiver that keeps the spans."""

    class Collector(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
                for scope in resource.scope_spans:
                    spans.extend(scope.spans)
            self.send_response(200)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

    return Collector


def test_every_line_is_json(story: Story) -> None:
    """stdout holds JSON objects with the agreed keys; stderr holds nothing."""
    agreed = {
        "timestamp",
        "level",
        "service",
        "event",
        "logger",
        "request_id",
        "trace_id",
        "span_id",
        "trace_flags",
    }
    lines = [json.loads(line) for line in story.output.splitlines()]
    assert all(agreed <= line.keys() for line in lines)
    assert {line["service"] for line in lines} == {"user-service"}
    assert story.errors == ""


def test_logs_tell_the_story(story: Story) -> None:
    """One line for each thing that happened; nobody is identified by more than an id."""
    events = story.events()
    for event in (
        "user.registered",
        "user.logged_in",
        "user.login_failed",
        "session.reuse_detected",
        "user.password_changed",
    ):
        assert events.count(event) == 1, event
    assert events.count("http.request") == 11
    assert EMAIL not in story.output


def test_no_secret_leaves_the_process(story: Story) -> None:
    """Passwords, access tokens, refresh secrets and hashes are neither in logs, nor in spans, nor in metrics."""
    everywhere = story.output + story.metrics + str(story.spans)
    for secret in (*story.secrets, "$argon2"):
        assert secret not in everywhere


def test_spans_name_the_user(story: Story) -> None:
    """`enduser.id` finds the requests of a user, from the registration on, and `shop.request.id` each of them."""
    server = [span for span in story.spans if span.kind == Span.SPAN_KIND_SERVER]
    named = [span.name for span in server if ("enduser.id", story.user_id) in _attributes(span)]
    assert {"POST /api/users/register", "POST /api/users/login", "POST /api/users/refresh"} <= set(named)
    assert "PUT /api/users/profile" in named
    assert all("shop.request.id" in dict(_attributes(span)) for span in server)


def test_stores_are_traced(story: Story) -> None:
    """A login shows its statement and its scripts as children."""
    login = next(span for span in story.spans if span.name == "POST /api/users/login")
    systems = {
        dict(_attributes(span)).get("db.system.name") for span in story.spans if span.trace_id == login.trace_id
    }
    assert {"postgresql", "redis"} <= systems


def test_metrics_are_served(story: Story) -> None:
    """The business counters, the routes as templates, the breaker, the event loop."""
    for series in (
        'shop_logins_total{outcome="success"} 1.0',
        'shop_logins_total{outcome="failure"} 1.0',
        'shop_registrations_total{outcome="duplicate"} 1.0',
        'shop_session_refreshes_total{outcome="reused"} 1.0',
        'http_server_request_duration_seconds_count{error_type="",http_request_method="POST",'
        'http_response_status_code="200",http_route="/api/users/login",url_scheme="http"} 1.0',
        'shop_circuit_breaker_state{breaker="redis-sessions",state="closed"} 1.0',
        "shop_event_loop_lag_seconds_count",
    ):
        assert series in story.metrics


def test_sigterm_ends_it_in_order(story: Story) -> None:
    """Exit code 0, and the spans were delivered."""
    assert story.exit_code == 0
    assert story.spans


def _attributes(span: Span) -> list[tuple[str, str]]:
    return [(item.key, item.value.string_value) for item in span.attributes]
