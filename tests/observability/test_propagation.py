"""observability.propagation"""

import os
import subprocess
import sys
from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import FastAPI
from opentelemetry import trace

from observability.fastapi import instrument_fastapi
from observability.testing import CapturedSpans
from observability.tracing import current_traceparent
from tests.trace_context_cases import NEW, SPAN, TAKEN, TRACE, TRACESTATES

CASES = [
    # What asks not to be recorded is not: only the gateway can send that, and it never does.
    *((name, value, True) for name, value in TAKEN.items() if not value.strip().endswith("-00")),
    *((name, value, False) for name, value in NEW.items()),
]


@pytest.fixture
async def service() -> AsyncIterator[httpx.AsyncClient]:
    """A service that answers with what it would send to another."""
    app = FastAPI()

    @app.get("/next")
    async def _next() -> str:
        return current_traceparent()

    instrument_fastapi(app)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://service") as client:
        yield client


@pytest.mark.parametrize(("name", "value", "taken"), CASES, ids=[case[0] for case in CASES])
async def test_cases_of_w3c(
    service: httpx.AsyncClient, captured_spans: CapturedSpans, name: str, value: str, taken: bool
) -> None:
    """A valid traceparent is continued, any other begins a trace; the span has the id that is handed on."""
    handed_on = (await service.get("/next", headers={"traceparent": value})).json().split("-")
    [span] = captured_spans.named("GET /next")
    assert handed_on[:3] == ["00", f"{span.context.trace_id:032x}", f"{span.context.span_id:016x}"]
    assert int(handed_on[3], 16) & 1  # recorded
    assert (handed_on[1] == TRACE) is taken
    assert (f"{span.parent.span_id:016x}" if span.parent else "") == (SPAN if taken else "")


@pytest.mark.parametrize("state", TRACESTATES)
async def test_tracestate_is_no_reason_to_fail(service: httpx.AsyncClient, state: str) -> None:
    """Whatever it holds, the trace goes on."""
    answer = await service.get("/next", headers={"traceparent": TAKEN["plain"], "tracestate": state})
    assert answer.json().split("-")[1] == TRACE


async def test_a_trace_that_the_edge_started_has_a_root(
    service: httpx.AsyncClient, captured_spans: CapturedSpans
) -> None:
    """Its id is the edge's, its first span has no parent, and the next trace has an id of its own."""
    started = f"00-{TRACE}-{TRACE[16:]}-01"
    assert (await service.get("/next", headers={"traceparent": started})).json().split("-")[1] == TRACE
    [span] = captured_spans.named("GET /next")
    assert span.parent is None
    with trace.get_tracer("test").start_as_current_span("other") as other:
        assert f"{other.get_span_context().trace_id:032x}" != TRACE


async def test_baggage_is_not_read(service: httpx.AsyncClient, caplog: pytest.LogCaptureFixture) -> None:
    """8 KB of members without values give no line of log."""
    await service.get("/next", headers={"baggage": ",".join("a" * 4000)})
    assert not [record for record in caplog.records if record.name.startswith("opentelemetry")]


_PROGRAM = """
import services
from fastapi import FastAPI
from fastapi.testclient import TestClient
from observability.fastapi import instrument_fastapi
from observability.tracing import current_traceparent, setup_tracing

setup_tracing("x", version="0", instance="1", environment="test")
app = FastAPI()
app.get("/next")(current_traceparent)
instrument_fastapi(app)
sent = {"traceparent": "00-" + "12345678901234567890123456789012" + "-1234567890123456-01"}
print(TestClient(app).get("/next", headers=sent).json())
"""


@pytest.mark.parametrize("propagators", ["none", "bogus", "baggage"])
def test_the_environment_changes_nothing(propagators: str) -> None:
    """Variables that switch telemetry off or hold nonsense neither end the process nor fail a request."""
    environment = {
        "OTEL_PROPAGATORS": propagators,
        "OTEL_SDK_DISABLED": "true",
        "OTEL_TRACES_SAMPLER": "always_off",
        "OTEL_TRACES_EXPORTER": "bogus",
        "OTEL_PYTHON_CONTEXT": "bogus",
        "OTEL_PYTHON_TRACER_PROVIDER": "bogus",
        "OTEL_PYTHON_EXCLUDED_URLS": ".*",
        "OTEL_PYTHON_FASTAPI_EXCLUDED_URLS": ".*",
        "OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT": "many",
        "OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT": "-1",
        "OTEL_BSP_MAX_QUEUE_SIZE": "-7",
        "OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:9",
        "OTEL_EXPORTER_OTLP_TIMEOUT": "soon",
        "OTEL_EXPORTER_OTLP_COMPRESSION": "zip",
        "OTEL_RESOURCE_ATTRIBUTES": "a,b=%zz,service.name=other",
        "OTEL_EXPERIMENTAL_RESOURCE_DETECTORS": "bogus",
        "OTEL_INSTRUMENTATION_HTTP_CAPTURE_HEADERS_SERVER_REQUEST": "authorization",
    }
    done = subprocess.run(
        [sys.executable, "-c", _PROGRAM],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(f"00-{TRACE}-")
    assert int(done.stdout.strip()[-2:], 16) & 1
