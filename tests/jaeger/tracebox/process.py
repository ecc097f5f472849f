"""Runs tracebox as a process of its own, and sends it spans as the services do."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from opentelemetry.exporter.otlp.proto.http import Compression
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import Tracer

from tests.ending import end
from tests.free_ports import free_ports
from tests.waiting import wait_for

EVER = {"query.startTimeMin": "2000-01-01T00:00:00Z", "query.startTimeMax": "2100-01-01T00:00:00Z"}


@dataclass
class Tracebox:
    """A running tracebox."""

    process: "subprocess.Popen[bytes]"
    directory: Path
    otlp_port: int
    query_port: int

    @property
    def otlp(self) -> str:
        return f"http://127.0.0.1:{self.otlp_port}/v1/traces"

    @property
    def query(self) -> str:
        return f"http://127.0.0.1:{self.query_port}"

    @property
    def stdout(self) -> str:
        return (self.directory / "stdout").read_text()

    def get(self, path: str, **params: str) -> httpx.Response:
        return httpx.get(f"{self.query}{path}", params=params or None, trust_env=False)

    def post(self, body: bytes, content_type: str = "application/x-protobuf", **headers: str) -> httpx.Response:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return httpx.post(
            self.otlp, content=body, headers={"content-type": content_type, **named}, trust_env=False
        )

    def search(self, **criteria: str) -> list[dict[str, Any]]:
        """Give the spans of an /api/v3 search; `service_name="x"` is `query.serviceName=x`."""
        params = {f"query.{name}": value for name, value in criteria.items()}
        answer = self.get("/api/v3/traces", **EVER, **params)
        return spans_of(answer.json()) if answer.status_code == 200 else []

    def trace(self, trace_id: str) -> dict[str, Any]:
        """Wait for a trace and give the answer."""
        path = f"/api/v3/traces/{trace_id}"
        wait_for(f"trace {trace_id}", lambda: self.get(path).status_code == 200)
        answer: dict[str, Any] = self.get(path).json()
        return answer

    def metric(self, name: str) -> float:
        """Read one sample of /metrics."""
        lines = self.get("/metrics").text.splitlines()
        return next(float(line.split()[-1]) for line in lines if line.startswith(name + " "))

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        return end(self.process, 10, number)


def spans_of(answer: dict[str, Any]) -> list[dict[str, Any]]:
    """All spans of an /api/v3 answer."""
    parts = answer["result"]["resourceSpans"]
    return [span for part in parts for scope in part["scopeSpans"] for span in scope["spans"]]


def launch(directory: Path, **environment: str) -> Tracebox:
    """Start tracebox on free ports, with its files in `directory`."""
    ports = free_ports("OTLP_PORT", "OTLP_BROWSER_PORT", "QUERY_PORT")
    env = {"HOST": "127.0.0.1", **{name: str(port) for name, port in ports.items()}}
    env |= {"TRACEBOX_DB": str(directory / "data" / "spans.sqlite")} | environment
    with (directory / "stdout").open("ab") as out, (directory / "stderr").open("ab") as err:
        process = subprocess.Popen(
            [sys.executable, "-m", "jaeger.tracebox"], env={**os.environ, **env}, stdout=out, stderr=err
        )
    return Tracebox(process, directory, int(env["OTLP_PORT"]), int(env["QUERY_PORT"]))


@contextmanager
def running(directory: Path, **environment: str) -> Iterator[Tracebox]:
    """Start tracebox, wait for it, and stop it at the end."""
    box = launch(directory, **environment)
    try:
        wait_for("tracebox", lambda: box.process.poll() is not None or _healthy(box))
        assert box.process.poll() is None, (directory / "stderr").read_text()
        yield box
    finally:
        if box.process.poll() is None:
            box.stop()


@contextmanager
def tracer(box: Tracebox, service: str) -> Iterator[Tracer]:
    """A tracer of the real SDK with the real exporter; its spans are sent at the end."""
    exporter = OTLPSpanExporter(box.otlp, compression=Compression.Gzip)
    resource = Resource({"service.name": service, "deployment.environment.name": "test"})
    provider = TracerProvider(resource=resource, shutdown_on_exit=False)
    provider.add_span_processor(BatchSpanProcessor(exporter))
    try:
        yield provider.get_tracer("tests", "1.0")
    finally:
        provider.shutdown()


def _healthy(box: Tracebox) -> bool:
    try:
        return box.get("/health").status_code == 200
    except httpx.TransportError:
        return False
