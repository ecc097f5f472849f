"""The real Collector with the cluster's configurations, where it is installed; only addresses and paths differ."""

import gzip
import json
import os
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from deploy.kubernetes import lines, traces
from tests.ending import end
from tests.free_ports import free_port, free_ports
from tests.loki.test_real import BINARY, LINE, receiving
from tests.waiting import wait_for

pytestmark = pytest.mark.skipif(BINARY is None, reason="otelcol is not on the PATH")
CONFIGURATIONS: dict[str, Callable[[], str]] = {
    "lines": lines.collector,
    "balancer": lambda: traces.config(traces.BALANCER),
    "sampler": lambda: traces.config(traces.SAMPLER),
}
_POD = "order-service-blue-7f-x_0b1f2c3d-1111-2222-3333-444455556666"


@contextmanager
def running(folder: Path, name: str, text: str, **environment: str) -> Iterator[None]:
    """A Collector with this configuration; ended at the end."""
    assert BINARY
    (folder / f"{name}.yaml").write_text(text)
    with (folder / f"{name}.log").open("w") as log:
        process = subprocess.Popen(
            [BINARY, f"--config={folder / name}.yaml"], env={**os.environ, **environment}, stdout=log, stderr=log
        )
    try:
        yield
    finally:
        end(process, 30)


@contextmanager
def running_on_a_node(folder: Path, loki: int) -> Iterator[str]:
    """The Collector of the lines, whose node is a folder, and Loki's port; gives the address of its metrics."""
    (folder / "places").mkdir(exist_ok=True)
    config = yaml.safe_load(
        lines.collector()
        .replace(lines.NODE_LOGS, str(folder / "pods"))
        .replace("/var/lib/collector", str(folder / "places"))
    )
    config["exporters"]["otlp_http/loki"]["endpoint"] = f"http://127.0.0.1:{loki}/otlp"
    reader = config["service"]["telemetry"]["metrics"]["readers"][0]["pull"]["exporter"]["prometheus"]
    reader |= {"host": "127.0.0.1", "port": free_port()}
    with running(folder, "lines", yaml.safe_dump(config), NAMESPACE="shop"):
        yield f"http://127.0.0.1:{reader['port']}/metrics"


def count(address: str, name: str) -> float:
    """What a Collector counts under this name; 0 while it does not answer."""
    try:
        text = httpx.get(address).text
    except httpx.TransportError:
        return 0
    return sum(float(line.split()[-1]) for line in text.splitlines() if line.startswith(name))


@pytest.mark.parametrize("name", CONFIGURATIONS)
def test_the_collector_takes_it(name: str, tmp_path: Path) -> None:
    """As it lies in its ConfigMap: every component and every option is known."""
    assert BINARY
    text = CONFIGURATIONS[name]().replace("/var/lib/collector", str(tmp_path))
    (tmp_path / "collector.yaml").write_text(text)
    checked = subprocess.run(
        [BINARY, "validate", f"--config={tmp_path / 'collector.yaml'}"],
        env={**os.environ, "NAMESPACE": "shop"},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert checked.returncode == 0, checked.stderr


def test_lines_of_one_namespace_are_read_as_the_node_keeps_them(tmp_path: Path) -> None:
    """Joined where containerd has cut one, with pod and container of the path; nothing of another namespace."""
    written = json.dumps(LINE)
    for place, text in (
        (f"shop_{_POD}/order-service", f"stdout F {written}"),
        (f"shop_{_POD}/migrate", "stderr P half a \n2026-11-27T01:02:04.5Z stderr F line"),
        ("other_pod_uid/thing", "stdout F of somebody else"),
    ):
        folder = tmp_path / "pods" / place
        folder.mkdir(parents=True)
        (folder / "0.log").write_text(f"2026-11-27T01:02:04.5Z {text}\n")
    with receiving(free_port()) as loki, running_on_a_node(tmp_path, loki.server_address[1]):
        wait_for("two lines", lambda: len(loki.arrived) >= 2)
        time.sleep(1)
        found = {line.labels["service.name"]: line for line in loki.arrived}
    assert len(loki.arrived) == 2
    order, migrate = found["order-service"], found["migrate"]
    assert order.labels == {"service.name": "order-service", "level": "warning"}
    assert order.record.body.string_value == written
    assert order.beside["service.instance.id"] == _POD.partition("_")[0]
    assert order.beside["log.iostream"] == "stdout"
    assert order.record.trace_id.hex() == LINE["trace_id"]
    assert migrate.record.body.string_value == "half aline"
    assert migrate.labels["level"] == "unknown"


def test_no_line_is_lost_or_sent_twice_while_loki_is_away(tmp_path: Path) -> None:
    """The Collector is replaced meanwhile, and once more when all has arrived."""
    folder = tmp_path / "pods" / f"shop_{_POD}" / "order-service"
    folder.mkdir(parents=True)
    numbers = [f"line {number}" for number in range(6000)]
    port = free_port()

    def write(some: list[str]) -> None:
        with (folder / "0.log").open("a") as file:
            file.writelines(f"2026-11-27T01:02:04.5Z stdout F {text}\n" for text in some)

    write(numbers[:3000])
    with running_on_a_node(tmp_path, port) as counts:
        wait_for("lines that wait", lambda: count(counts, "otelcol_receiver_accepted_log_records") >= 3000)
    write(numbers[3000:])
    with running_on_a_node(tmp_path, port), receiving(port) as loki:
        wait_for("all lines", lambda: len(loki.arrived), lambda found: found >= len(numbers))
    with running_on_a_node(tmp_path, port), receiving(port) as again:
        write(["the last one"])
        wait_for("the last line", lambda: again.arrived)
    assert sorted(line.record.body.string_value for line in loki.arrived) == sorted(numbers)
    assert [line.record.body.string_value for line in again.arrived] == ["the last one"]


class Store(ThreadingHTTPServer):
    """Takes spans as Jaeger does, and keeps the trace of each."""

    def __init__(self) -> None:
        self.kept: Counter[str] = Counter()
        super().__init__(("127.0.0.1", 0), _Spans)


class _Spans(BaseHTTPRequestHandler):
    server: Store

    def do_POST(self) -> None:
        """Count the spans of each trace."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.headers.get("Content-Encoding") == "gzip":
            body = gzip.decompress(body)
        for part in ExportTraceServiceRequest.FromString(body).resource_spans:
            for scope in part.scope_spans:
                self.server.kept.update(span.trace_id.hex() for span in scope.spans)
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Stay quiet."""


def _spans(traces_: list[str], service: str, *, failed: int = 0, kind: int = 2) -> dict[str, Any]:
    """One span of each trace; of the first ones with an error."""
    now = time.time_ns()
    return {
        "resourceSpans": [
            {
                "resource": {"attributes": [{"key": "service.name", "value": {"stringValue": service}}]},
                "scopeSpans": [
                    {
                        "spans": [
                            {
                                **{"traceId": trace, "spanId": f"{number + 1:015x}{kind}", "name": "op"},
                                **{"kind": kind, "status": {"code": 2} if number < failed else {}},
                                **{"startTimeUnixNano": str(now), "endTimeUnixNano": str(now + 10**6)},
                            }
                            for number, trace in enumerate(traces_)
                        ]
                    }
                ],
            }
        ]
    }


def _counted(text: str) -> Counter[str]:
    """The spans of each service."""
    found: Counter[str] = Counter()
    for line in text.splitlines():
        if line.startswith("traces_span_metrics_calls_total{"):
            found[line.partition('service_name="')[2].partition('"')[0]] += int(float(line.split()[-1]))
    return found


def test_traces_stay_whole_over_two_samplers_and_every_span_is_counted(tmp_path: Path) -> None:
    """Those with an error arrive with all of their spans, though only one span has it; few of the others do."""
    all_of_them = [f"{(number + 1) * 0x9E3779B97F4A7C15F39CC0605CEDC835 % 2**128:032x}" for number in range(100)]
    ports = free_ports("one", "two", "http", "browser", "counts")
    with Store() as store, ExitStack() as stack:
        threading.Thread(target=store.serve_forever, args=(0.02,)).start()
        stack.callback(store.shutdown)
        sampler = yaml.safe_load(traces.config(traces.SAMPLER))
        sampler["exporters"] = {"otlp_http": {"endpoint": f"http://127.0.0.1:{store.server_address[1]}"}}
        sampler["service"]["pipelines"]["traces/store"]["exporters"] = ["otlp_http"]
        balancer = yaml.safe_load(traces.config(traces.BALANCER))
        hosts = [f"127.0.0.1:{ports[name]}" for name in ("one", "two")]
        balancer["exporters"]["load_balancing"]["resolver"] = {"static": {"hostnames": hosts}}

        def start(name: str, config: Any, **environment: int) -> None:
            told = {"JAEGER_HOST": "127.0.0.1", "JAEGER_DECISION_WAIT": "2s"}
            numbers = {
                key: str(port) for key, port in (environment | {"JAEGER_METRICS_PORT": free_port()}).items()
            }
            stack.enter_context(running(tmp_path, name, yaml.safe_dump(config), **told, **numbers))

        start("one", sampler, JAEGER_OTLP_GRPC_PORT=ports["one"])
        start("two", sampler, JAEGER_OTLP_GRPC_PORT=ports["two"])
        start(
            "balancer",
            balancer,
            JAEGER_OTLP_GRPC_PORT=free_port(),
            JAEGER_OTLP_PORT=ports["http"],
            JAEGER_OTLP_BROWSER_PORT=ports["browser"],
            JAEGER_SPAN_METRICS_PORT=ports["counts"],
        )

        def post(port: str, body: dict[str, Any]) -> bool:
            try:
                return httpx.post(f"http://127.0.0.1:{ports[port]}/v1/traces", json=body).status_code == 200
            except httpx.TransportError:
                return False

        wait_for("the balancer", lambda: post("http", {"resourceSpans": []}))
        assert post("http", _spans(all_of_them, "order-service"))
        assert post("http", _spans(all_of_them, "payment-service", failed=20))
        assert post("browser", _spans(all_of_them, "frontend", kind=3))
        wait_for("the traces with an error", lambda: len(store.kept.keys() & set(all_of_them[:20])) == 20)
        counts = f"http://127.0.0.1:{ports['counts']}/metrics"
        wait_for("the counts", lambda: sum(_counted(httpx.get(counts).text).values()) >= 200)
        counted = _counted(httpx.get(counts).text)
    assert set(store.kept.values()) == {3}
    assert set(all_of_them[:20]) <= store.kept.keys()
    assert len(store.kept) < 50
    assert counted == {"order-service": 100, "payment-service": 100}
