"""observability.metrics"""

import math
from pathlib import Path

import httpx
import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.sampling import ALWAYS_OFF
from opentelemetry.semconv._incubating.attributes import (
    db_attributes,
    messaging_attributes,
    service_attributes,
)
from opentelemetry.semconv._incubating.metrics.db_metrics import (
    DB_CLIENT_CONNECTION_COUNT,
    DB_CLIENT_CONNECTION_MAX,
)
from opentelemetry.semconv._incubating.metrics.http_metrics import HTTP_SERVER_ACTIVE_REQUESTS
from opentelemetry.semconv._incubating.metrics.messaging_metrics import (
    MESSAGING_CLIENT_SENT_MESSAGES,
    MESSAGING_PROCESS_DURATION,
)
from opentelemetry.semconv._incubating.metrics.otel_metrics import (
    OTEL_SDK_EXPORTER_SPAN_EXPORTED,
    OTEL_SDK_PROCESSOR_SPAN_PROCESSED,
    OTEL_SDK_PROCESSOR_SPAN_QUEUE_SIZE,
)
from opentelemetry.semconv.attributes import (
    error_attributes,
    http_attributes,
    server_attributes,
    url_attributes,
)
from opentelemetry.semconv.metrics.db_metrics import DB_CLIENT_OPERATION_DURATION
from opentelemetry.semconv.metrics.http_metrics import HTTP_CLIENT_REQUEST_DURATION, HTTP_SERVER_REQUEST_DURATION
from prometheus_client import REGISTRY, CollectorRegistry, Counter, Histogram
from prometheus_client.metrics import MetricWrapperBase
from prometheus_client.openmetrics.parser import text_string_to_metric_families
from starlette.applications import Starlette

from observability import metrics
from observability.metrics import OWN, OWN_LABELS, Children, error_type, exemplar, metrics_route, read_memory_limit
from tests.observability.apps import client, make

CONVENTIONAL = {
    value
    for module in (
        *(error_attributes, http_attributes, server_attributes, url_attributes),
        *(db_attributes, messaging_attributes, service_attributes),
    )
    for name, value in vars(module).items()
    if name.isupper() and isinstance(value, str)
}
HTTP_BOUNDS = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10]

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
        if sample.exemplar and sample.labels["http_route"] == "/things/{thing_id}"
    ]
    assert exemplars
    assert all((len(found.labels["trace_id"]), len(found.labels["span_id"])) == (32, 16) for found in exemplars)


async def test_a_counter_is_one_series() -> None:
    """The time at which it began, which OpenMetrics may tell, would be a second one."""
    async with client(make()) as http:
        await http.get("/things/1")
        served = await http.get("/metrics", headers=OPENMETRICS)
    assert "http_server_request_duration_seconds_count{" in served.text
    assert "_created" not in served.text


def test_exemplar_only_of_a_sampled_trace() -> None:
    """An exemplar that leads nowhere is worse than none."""
    assert exemplar() is None
    unsampled = TracerProvider(sampler=ALWAYS_OFF, shutdown_on_exit=False).get_tracer("t")
    with unsampled.start_as_current_span("x"):
        assert exemplar() is None
    with trace.get_tracer("t").start_as_current_span("x") as span:
        context = span.get_span_context()
        assert exemplar() == {"trace_id": f"{context.trace_id:032x}", "span_id": f"{context.span_id:016x}"}


def test_an_exemplar_is_within_the_limit_of_openmetrics() -> None:
    """128 characters for all names and values together, or the client library refuses the observation."""
    with trace.get_tracer("t").start_as_current_span("x"):
        found = exemplar() or {}
    assert 0 < sum(len(name) + len(value) for name, value in found.items()) <= 128


def declared(registry: CollectorRegistry) -> dict[str, MetricWrapperBase]:
    """What the module declares in one of its two registries, by name."""
    own = {family.name for family in OWN.collect()}
    found = {v._name: v for v in vars(metrics).values() if isinstance(v, MetricWrapperBase)}
    return {name: value for name, value in found.items() if (name in own) == (registry is OWN)}


def prometheus_name(name: str, unit: str = "") -> str:
    """How Prometheus spells a name of OpenTelemetry."""
    return "_".join([*name.split("."), *([unit] if unit else [])])


def test_names_and_labels_are_those_of_the_conventions() -> None:
    """Dashboards of other people work on our metrics. What no convention names is declared apart."""
    labels = {prometheus_name(label) for label in CONVENTIONAL}
    assert {name: set(metric._labelnames) - labels for name, metric in declared(REGISTRY).items()} == {
        prometheus_name(HTTP_SERVER_REQUEST_DURATION, "seconds"): set(),
        prometheus_name(HTTP_SERVER_ACTIVE_REQUESTS): set(),
        prometheus_name(HTTP_CLIENT_REQUEST_DURATION, "seconds"): set(),
        prometheus_name(DB_CLIENT_OPERATION_DURATION, "seconds"): set(),
        prometheus_name(DB_CLIENT_CONNECTION_COUNT): set(),
        prometheus_name(DB_CLIENT_CONNECTION_MAX): set(),
        prometheus_name(MESSAGING_CLIENT_SENT_MESSAGES): set(),
        prometheus_name(MESSAGING_PROCESS_DURATION, "seconds"): OWN_LABELS,
        prometheus_name(OTEL_SDK_PROCESSOR_SPAN_PROCESSED): set(),
        prometheus_name(OTEL_SDK_EXPORTER_SPAN_EXPORTED): set(),
        prometheus_name(OTEL_SDK_PROCESSOR_SPAN_QUEUE_SIZE): set(),
    }
    assert len(declared(OWN)) > 10


@pytest.mark.parametrize(
    ("metric", "bounds"),
    [
        (metrics.http_server_duration, HTTP_BOUNDS),
        (metrics.http_client_duration, HTTP_BOUNDS),
        (metrics.process_duration, HTTP_BOUNDS),
        (metrics.db_duration, [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10]),
    ],
)
def test_buckets_are_those_of_the_conventions(metric: Histogram, bounds: list[float]) -> None:
    """So that a quantile means the same as anywhere else; 0.2 is there besides."""
    assert [bound for bound in metric._kwargs["buckets"] if bound != 0.2] == bounds


async def test_our_own_names_get_the_prefix_where_they_are_served() -> None:
    """The library belongs to nobody: names and labels that no convention has begin with the owner's prefix."""
    conventional, own = CollectorRegistry(), CollectorRegistry()
    Counter("sent", "x", ["system", "message_outcome"], registry=conventional).labels("rabbitmq", "ok").inc()
    Histogram("lag_seconds", "x", registry=own).observe(1)
    app = Starlette(routes=[metrics_route("acme", registry=conventional, own=own)])
    async with client(app) as http:
        for accept in ("text/plain", OPENMETRICS["accept"]):
            text = (await http.get("/metrics", headers={"accept": accept})).text
            assert 'sent_total{acme_message_outcome="ok",system="rabbitmq"} 1.0' in text
            assert "# HELP acme_lag_seconds x" in text
            assert "\nacme_lag_seconds_count 1.0" in text
            assert "\nlag_seconds" not in text
    app = Starlette(routes=[metrics_route(registry=conventional, own=own)])
    async with client(app) as http:
        assert "\nlag_seconds_count 1.0" in (await http.get("/metrics")).text


def test_a_child_is_looked_up_once() -> None:
    """And is the one that the metric itself has for these labels."""
    metric = Counter("found", "x", ["a", "b"], registry=CollectorRegistry())
    children = Children(metric)
    assert children["1", "2"] is metric.labels("1", "2")
    assert children["1", "2"] is children["1", "2"]
    assert list(children) == [("1", "2")]


@pytest.mark.parametrize(("text", "limit"), [("192937984\n", 192937984), ("max\n", math.inf), (None, math.inf)])
def test_the_limit_of_memory_is_that_of_the_container(tmp_path: Path, text: str | None, limit: float) -> None:
    """As the kernel writes it; where nothing limits it, no share of it is ever reached."""
    file = tmp_path / "memory.max"
    if text is not None:
        file.write_text(text)
    assert read_memory_limit(file) == limit


async def test_the_limit_of_memory_is_served() -> None:
    """By every service, at each scrape."""
    async with client(Starlette(routes=[metrics_route("acme")])) as http:
        assert "\nacme_process_memory_limit_bytes " in (await http.get("/metrics")).text


def test_the_type_of_an_error() -> None:
    """Its class with the module, as on spans."""
    assert error_type(None) == ""
    assert error_type(ValueError("x")) == "ValueError"
    assert error_type(httpx.DecodingError("x")) == "httpx.DecodingError"


async def test_a_metric_without_a_series_is_not_served() -> None:
    """All services share the declarations: those of parts that a service lacks have no series, and stay away."""
    registry = CollectorRegistry()
    Counter("never_used", "x", ["part"], registry=registry)
    Counter("used_once", "x", ["part"], registry=registry).labels("a")
    app = Starlette(routes=[metrics_route(registry=registry)])
    async with client(app) as http:
        for accept in ("text/plain", "application/openmetrics-text"):
            text = (await http.get("/metrics", headers={"accept": accept})).text
            assert "used_once" in text
            assert "never_used" not in text
