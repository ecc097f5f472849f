"""The real Jaeger with our configuration, where it is installed: what it keeps, counts and answers."""

import os
import random
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from deploy.installation.layout import Layout
from deploy.installation.ports import is_free
from deploy.native import jaeger
from tests.ending import end
from tests.platform.traces import TraceStore
from tests.waiting import wait_for

pytestmark = pytest.mark.skipif(jaeger.BINARY is None, reason="jaeger is not on the PATH")
NORMAL, SLOW = 5, 1500  # milliseconds


@contextmanager
def running(run: Path, **environment: str) -> Iterator[Layout]:
    """Jaeger as `./shop up` starts it, with further variables."""
    while True:
        layout = Layout.at(run, random.randrange(5000, 9000))
        program = jaeger.program(layout)
        if all(is_free(port) for port in program.ports):
            break
    layout.data.mkdir(parents=True, exist_ok=True)
    jaeger.prepare(layout)
    with (run / "jaeger.log").open("w") as log:
        process = subprocess.Popen(
            program.command, env={**os.environ, **program.environment, **environment}, stdout=log, stderr=log
        )
    try:
        wait_for("Jaeger", program.ready, lambda reason: reason is None)
        yield layout
    finally:
        assert end(process, 20) == 0


def send(layout: Layout, *, milliseconds: int, failed: bool = False) -> str:
    """One trace of one span; its id."""
    end = time.time_ns()
    trace_id = os.urandom(16).hex()
    span = {
        "traceId": trace_id,
        "spanId": os.urandom(8).hex(),
        "name": "GET /things",
        "kind": 2,
        "startTimeUnixNano": str(end - milliseconds * 1_000_000),
        "endTimeUnixNano": str(end),
        "attributes": [{"key": "shop.order.id", "value": {"stringValue": f"order-{trace_id}"}}],
        "status": {"code": 2 if failed else 0},
    }
    service = {"key": "service.name", "value": {"stringValue": "a-service"}}
    body = {"resourceSpans": [{"resource": {"attributes": [service]}, "scopeSpans": [{"spans": [span]}]}]}
    httpx.post(f"{layout.url('otlp')}/v1/traces", json=body).raise_for_status()
    return trace_id


def kept(layout: Layout, trace_ids: list[str]) -> set[str]:
    """Those that can be asked for."""
    with TraceStore(layout) as store:
        return {trace_id for trace_id in trace_ids if store.get(trace_id).spans}


def counted(layout: Layout) -> float:
    """Spans of `a-service` that the span metrics know of."""
    lines = httpx.get(f"{layout.url('jaeger-span-metrics')}/metrics").text.splitlines()
    return sum(
        float(line.rpartition(" ")[2]) for line in lines if line.startswith("traces_span_metrics_calls_total{")
    )


def test_all_is_kept_and_survives_a_restart(tmp_path: Path) -> None:
    """By its id and by an attribute; what was stored is on the disk."""
    with running(tmp_path) as layout:
        traces = [send(layout, milliseconds=NORMAL) for _ in range(20)]
        wait_for("all traces", lambda: kept(layout, traces), lambda found: found == set(traces))
        wait_for("their number", lambda: counted(layout), lambda number: number == len(traces))
    with running(tmp_path) as layout:
        assert kept(layout, traces) == set(traces)
        with TraceStore(layout) as store:
            assert store.search("a-service", shop_order_id=f"order-{traces[3]}") == {traces[3]}


def test_it_keeps_errors_and_slow_traces_and_counts_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the tail-sampling profile: each error, each slow one, a few of the others; the metrics know of all."""
    monkeypatch.setenv("JAEGER_PROFILE", "tail-sampling")
    with running(tmp_path, JAEGER_DECISION_WAIT="2s") as layout:
        failed = [send(layout, milliseconds=NORMAL, failed=True) for _ in range(5)]
        slow = [send(layout, milliseconds=SLOW) for _ in range(5)]
        others = [send(layout, milliseconds=NORMAL) for _ in range(200)]
        wanted = {*failed, *slow}
        wait_for("errors and slow ones", lambda: kept(layout, [*failed, *slow]), lambda found: found == wanted)
        wait_for("the last decision", lambda: decided(layout), lambda number: number == len(others) + 10)
        assert len(kept(layout, others)) < 40  # 10 on average; 40 never
        wait_for("the number of all", lambda: counted(layout), lambda number: number == len(others) + 10)


def decided(layout: Layout) -> float:
    """Traces that the sampler has judged."""
    name = "otelcol_processor_tail_sampling_global_count_traces_sampled"
    lines = httpx.get(f"{layout.url('jaeger-metrics')}/metrics").text.splitlines()
    return sum(float(line.rpartition(" ")[2]) for line in lines if line.startswith(name))
