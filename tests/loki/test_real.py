"""The real Collector with our configuration, where it is installed, between Docker's driver and a receiver."""

import gzip
import json
import os
import shutil
import socket
import struct
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import msgpack
import pytest
import yaml
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import KeyValue
from opentelemetry.proto.logs.v1.logs_pb2 import LogRecord

from tests.ending import end
from tests.free_ports import free_port
from tests.loki.test_collector import COLLECTOR, SECRETS
from tests.waiting import wait_for

BINARY = shutil.which("otelcol-contrib") or shutil.which("otelcol")
pytestmark = pytest.mark.skipif(BINARY is None, reason="otelcol is not on the PATH")
CONFIGURATION = Path(__file__).parents[2] / "loki" / "collector.yaml"
TRACE, SPAN, REQUEST = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331", "req-1"
LINE = {
    **{"event": "order.created", "level": "warning", "timestamp": "2026-11-27T01:02:03.123456Z"},
    **{"trace_id": TRACE, "span_id": SPAN, "request_id": REQUEST, "order_id": "o-1"},
}


@dataclass(frozen=True)
class Arrived:
    """A line with what would be Loki's labels and its structured metadata."""

    labels: dict[str, str]
    beside: dict[str, str]
    record: LogRecord


class Receiver(ThreadingHTTPServer):
    """Takes lines as Loki does."""

    def __init__(self, port: int) -> None:
        self.arrived: list[Arrived] = []
        super().__init__(("127.0.0.1", port), _Handler)


class _Handler(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        """Keep what is sent to Loki's address."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.headers.get("Content-Encoding") == "gzip":
            body = gzip.decompress(body)
        for part in ExportLogsServiceRequest.FromString(body).resource_logs:
            labels = _texts(part.resource.attributes)
            for scope in part.scope_logs:
                self.server.arrived += [Arrived(labels, _texts(one.attributes), one) for one in scope.log_records]
        self.send_response(200 if self.path == "/otlp/v1/logs" else 404)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Stay quiet."""


def _texts(attributes: Any) -> dict[str, str]:
    pairs: list[KeyValue] = list(attributes)
    return {pair.key: pair.value.string_value for pair in pairs}


@contextmanager
def receiving(port: int) -> Iterator[Receiver]:
    """A receiver that listens."""
    with Receiver(port) as receiver:
        threading.Thread(target=receiver.serve_forever, args=(0.02,)).start()
        try:
            yield receiver
        finally:
            receiver.shutdown()


@contextmanager
def collector(folder: Path, loki: int, **batch: int) -> Iterator[int]:
    """The Collector with our configuration, but for its ports and a `batch`; gives the port of Docker's driver."""
    port = free_port()
    changed = json.loads(json.dumps(COLLECTOR))
    changed["receivers"]["fluent_forward"]["endpoint"] = f"127.0.0.1:{port}"
    changed["exporters"]["otlp_http/loki"]["endpoint"] = f"http://127.0.0.1:{loki}/otlp"
    reader = changed["service"]["telemetry"]["metrics"]["readers"][0]["pull"]["exporter"]["prometheus"]
    reader |= {"host": "127.0.0.1", "port": free_port()}
    changed["processors"]["batch"] |= batch
    (folder / "collector.yaml").write_text(yaml.safe_dump(changed))
    assert BINARY
    with (folder / "collector.log").open("w") as log:
        process = subprocess.Popen(
            [BINARY, f"--config={folder / 'collector.yaml'}"],
            env={**os.environ, "GOMEMLIMIT": "64MiB"},
            stdout=log,
            stderr=log,
        )
    try:
        wait_for("the Collector", lambda: _listens(port))
        yield port
    finally:
        end(process, 20)


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def send(port: int, *lines: str, service: str = "order-service", number: str = "2") -> float:
    """As Docker's driver with sub-second precision; how many seconds it took to be rid of them."""
    now = time.time_ns()
    when = msgpack.ExtType(0, struct.pack(">II", *divmod(now, 10**9)))
    fields = {
        **{"container_id": "c" * 64, "container_name": f"/{service}-{number}", "source": "stdout"},
        **{"com.docker.compose.service": service, "com.docker.compose.container-number": number},
    }
    began = time.monotonic()
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        for line in lines:
            connection.sendall(msgpack.packb(["c" * 12, when, {**fields, "log": line}, {}]))
    return time.monotonic() - began


@pytest.fixture
def loki() -> Iterator[Receiver]:
    """A receiver at a free port."""
    with receiving(free_port()) as receiver:
        yield receiver


@pytest.fixture
def docker(tmp_path: Path, loki: Receiver) -> Iterator[int]:
    """The port of a Collector that sends to it."""
    with collector(tmp_path, loki.server_address[1]) as port:
        yield port


def test_our_configuration_is_valid() -> None:
    """As it lies there: every component is known, and every statement can be read."""
    assert BINARY
    checked = subprocess.run(
        [BINARY, "validate", f"--config={CONFIGURATION}"], capture_output=True, text=True, timeout=60
    )
    assert checked.returncode == 0, checked.stderr


def test_a_line_has_two_labels_and_the_rest_beside_it(docker: int, loki: Receiver) -> None:
    """The line as it was written, its time, its level, its trace."""
    written = json.dumps(LINE)
    send(docker, written)
    (line,) = wait_for("the line", lambda: loki.arrived)
    assert line.labels == {"service.name": "order-service", "level": "warning"}
    assert line.beside == {
        **{"service.instance.id": "order-service-2", "log.iostream": "stdout"},
        **{"event": "order.created", "request_id": REQUEST},
    }
    record = line.record
    assert record.body.string_value == written
    assert record.time_unix_nano == 1_795_741_323_123_456_000
    assert (record.trace_id.hex(), record.span_id.hex()) == (TRACE, SPAN)
    assert (record.severity_number, record.severity_text) == (13, "warning")
    assert record.event_name == "order.created"


@pytest.mark.parametrize(
    "text", ["LOG:  checkpoint complete", '{"half": ', '["a"]', '{"level": 7}', "", "ä\u0000b"]
)
def test_a_line_of_another_program_is_passed_on(docker: int, loki: Receiver, text: str) -> None:
    """As it is; its level is unknown, and its time is that of the driver."""
    send(docker, text, service="postgres", number="1")
    (line,) = wait_for("the line", lambda: loki.arrived)
    assert line.labels == {"service.name": "postgres", "level": "unknown"}
    assert line.beside == {"service.instance.id": "postgres-1", "log.iostream": "stdout"}
    assert line.record.body.string_value == text
    assert abs(line.record.time_unix_nano - time.time_ns()) < 60 * 10**9


def test_secrets_are_hidden_once_more(docker: int, loki: Receiver) -> None:
    """In lines of JSON and in text, whatever program wrote them."""
    texts = [text for text, _ in SECRETS.values()]
    texts += [json.dumps({**LINE, "text": text}) for text in texts if not text.startswith("{")]
    send(docker, *texts)
    arrived = wait_for("all lines", lambda: loki.arrived, lambda lines: len(lines) == len(texts))
    bodies = [line.record.body.string_value for line in arrived]
    for _, secret in SECRETS.values():
        assert not [body for body in bodies if secret in body]
    assert sum("****" in body for body in bodies) == len(bodies)


def test_nothing_waits_for_loki(tmp_path: Path) -> None:
    """While it is away the driver gets rid of its lines at once; they arrive when it is back."""
    port = free_port()
    lines = [json.dumps({**LINE, "order_id": f"o-{number}"}) for number in range(2000)]
    with collector(tmp_path, port) as docker:
        assert send(docker, *lines) < 5
        with receiving(port) as loki:
            wait_for("all lines", lambda: len(loki.arrived), lambda count: count == len(lines))
            assert {line.record.body.string_value for line in loki.arrived} == set(lines)


def test_a_quiet_shop_may_wait_for_loki_as_long_as_a_busy_one(tmp_path: Path) -> None:
    """What waits is counted in bytes, not in batches, of which there is one each second."""
    port = free_port()
    lines = [f"line {number}" for number in range(200)]
    with collector(tmp_path, port, send_batch_size=1, send_batch_max_size=1) as docker:
        send(docker, *lines)
        with receiving(port) as loki:
            wait_for("all lines", lambda: len(loki.arrived), lambda count: count == len(lines))
