"""observability.metrics"""

from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.sampling import ALWAYS_OFF
from prometheus_client import REGISTRY, CollectorRegistry, Counter
from prometheus_client.openmetrics.parser import text_string_to_metric_families
from starlette.applications import Starlette

from observability.metrics import exemplar, metrics_route
from tests.observability.apps import client, make

OPENMETRICS = {"accept": "application/openmetrics-text; version=1.0.0"}


async def test_is_served_without_a_redirect() -> None:
    """Scrapers ask for /metrics and get it, in the older text form by default."""
    async with client(make()) as http:
        response = await http.get("/metrics")
    assert response.status_code == 200
    assert response.headers["content-type"].startswith("text/plain")


async def test_exemplars_are_served_to_those_who_ask_for_openmetrics() -> None:
    """A bucket leads to a trace, in OpenMetrics only; the other form has no syntax for it."""
    async with client(make()) as http:
        await http.get("/things/1")
        plain = await http.get("/metrics")
        modern = await http.get("/metrics", headers=OPENMETRICS)
    assert "trace_id=" not in plain.text
    assert modern.headers["content-type"].startswith("application/openmetrics-text")
    exemplars = [
        sample.exemplar
        for family in text_string_to_metric_families(modern.text)  # type: ignore[no-untyped-call]
        if family.name == "http_server_request_duration_seconds"
        for sample in family.samples
        if sample.exemplar and sample.labels["route"] == "/things/{thing_id}"
    ]
    assert exemplars
    assert all(len(found.labels["trace_id"]) == 32 for found in exemplars)


def test_exemplar_only_of_a_sampled_trace() -> None:
    """An exemplar that leads nowhere is worse than none."""
    assert exemplar() is None
    unsampled = TracerProvider(sampler=ALWAYS_OFF, shutdown_on_exit=False).get_tracer("t")
    with unsampled.start_as_current_span("x"):
        assert exemplar() is None
    with trace.get_tracer("t").start_as_current_span("x") as span:
        assert exemplar() == {"trace_id": f"{span.get_span_context().trace_id:032x}"}


def test_names_are_those_of_the_contract() -> None:
    """Dashboards and alerts know these names."""
    names = {family.name for family in REGISTRY.collect()}
    assert names >= {
        "http_server_request_duration_seconds", "http_server_active_requests",
        "http_client_request_duration_seconds",
        "db_client_operation_duration_seconds",
        "db_client_connections", "messaging_published",
        "messaging_process_duration_seconds", "messaging_redelivered", "messaging_dead_lettered",
        "circuit_breaker_state", "circuit_breaker_transitions", "circuit_breaker_calls",
        "cache_requests", "retries", "timeouts", "event_loop_lag_seconds", "telemetry_spans_dropped",
        "telemetry_export_queue", "process_resident_memory_bytes",
    }  # fmt: skip


async def test_a_metric_without_a_series_is_not_served() -> None:
    """All services share the declarations: those of parts that a service lacks have no series, and stay away."""
    registry = CollectorRegistry()
    Counter("never_used", "x", ["part"], registry=registry)
    Counter("used_once", "x", ["part"], registry=registry).labels("a")
    app = Starlette(routes=[metrics_route(registry)])
    async with client(app) as http:
        for accept in ("text/plain", "application/openmetrics-text"):
            text = (await http.get("/metrics", headers={"accept": accept})).text
            assert "used_once" in text
            assert "never_used" not in text
