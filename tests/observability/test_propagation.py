"""observability.propagation"""

import os
import subprocess
import sys
from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import FastAPI
from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.sdk.trace.sampling import ALWAYS_ON, Decision, ParentBased
from opentelemetry.trace import SpanContext, TraceFlags, TraceState

from observability.fastapi import instrument_fastapi
from observability.middleware import TelemetryMiddleware
from observability.propagation import EdgeIds, EdgePropagator, FollowParentSampler, parent_of
from observability.spans import current_traceparent
from observability.testing import CapturedSpans
from tests.observability.apps import crashed
from tests.trace_context_cases import NEW, SPAN, TAKEN, TRACE, TRACESTATES

CASES = [
    # What asks not to be recorded is not: only the gateway can send that, and it never does.
    *((name, value, True) for name, value in TAKEN.items() if not value.strip().endswith("-00")),
    *((name, value, False) for name, value in NEW.items()),
]


@pytest.fixture(params=["ours", "contrib"])
async def service(request: pytest.FixtureRequest) -> AsyncIterator[httpx.AsyncClient]:
    """A service that answers with what it would send to another."""
    app = FastAPI(telemetry={"tracing": False, "metrics": False, "logs": False, "operation_spans": False})

    @app.get("/next")
    async def _next() -> str:
        return current_traceparent()

    if request.param == "ours":
        app.add_middleware(TelemetryMiddleware, on_crash=crashed)
    else:
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
    started = {"traceparent": TAKEN["plain"], "tracestate": "shop=new"}
    assert (await service.get("/next", headers=started)).json().split("-")[1] == TRACE
    [span] = captured_spans.named("GET /next")
    assert span.parent is None
    with trace.get_tracer("test").start_as_current_span("other") as other:
        assert f"{other.get_span_context().trace_id:032x}" != TRACE


@pytest.mark.parametrize("state", ["", "shop=old"])
async def test_a_root_span_may_have_half_of_its_traces_id(
    service: httpx.AsyncClient, captured_spans: CapturedSpans, state: str
) -> None:
    """Some tracers make the ids of a root span so; it is a parent like any other."""
    await service.get("/next", headers={"traceparent": f"00-{TRACE}-{TRACE[16:]}-01", "tracestate": state})
    [span] = captured_spans.named("GET /next")
    assert span.parent is not None
    assert f"{span.parent.span_id:016x}" == TRACE[16:]


async def test_baggage_is_not_read(service: httpx.AsyncClient, caplog: pytest.LogCaptureFixture) -> None:
    """8 KB of members without values give no line of log."""
    await service.get("/next", headers={"baggage": ",".join("a" * 4000)})
    assert not [record for record in caplog.records if record.name.startswith("opentelemetry")]


@pytest.mark.parametrize("value", [*TAKEN.values(), *NEW.values(), f"00-{TRACE}-{TRACE[16:]}-01", "", " "])
@pytest.mark.parametrize("state", ["", "vendor=1", "shop=new", "shop=new,vendor=1", *TRACESTATES])
def test_the_short_way_finds_the_same(value: str, state: str) -> None:
    """Two headers, read at once or by the propagator: one parent, and one trace to start."""
    carrier = {"traceparent": value, **({"tracestate": state} if state else {})}

    def seen(context: Context) -> tuple[SpanContext, str, bool]:
        chosen = EdgeIds().generate_trace_id() if trace.get_current_span(context) is trace.INVALID_SPAN else 0
        parent = trace.get_current_span(context).get_span_context()
        return parent, parent.trace_state.to_header(), chosen == int(TRACE, 16)

    long = seen(EdgePropagator().extract(carrier))
    assert seen(parent_of(value.encode("latin-1"), state.encode("latin-1") or None)) == long


@pytest.mark.parametrize("flags", [None, 0, 1, 2, 3])
def test_the_sampler_says_what_the_sdks_says(flags: int | None) -> None:
    """Without a parent yes, else what it says, with its trace state."""
    context = Context()
    if flags is not None:
        parent = SpanContext(7, 7, True, TraceFlags(flags), TraceState([("vendor", "1")]))
        context = trace.set_span_in_context(trace.NonRecordingSpan(parent), context)
    mine, theirs = (
        sampler.should_sample(context, 7, "span", attributes={"a": 1})
        for sampler in (FollowParentSampler(), ParentBased(ALWAYS_ON))
    )
    assert (mine.decision, mine.attributes, mine.trace_state) == (
        theirs.decision,
        # what is not recorded keeps nothing
        theirs.attributes if theirs.decision is not Decision.DROP else mine.attributes,
        theirs.trace_state,
    )


_PROGRAM = """
import services
from fastapi import FastAPI
from fastapi.testclient import TestClient
from observability.fastapi import instrument_fastapi
from observability.spans import current_traceparent
from observability.tracing import setup_tracing

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
