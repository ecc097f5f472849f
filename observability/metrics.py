"""Every metric of the platform that is not about business, and how it is served.

Names and labels are those of OpenTelemetry's semantic conventions as Prometheus spells them; so are the buckets.
What no convention names is declared in `OWN`, without a prefix: `metrics_route` puts the owner's in front of it.
Labels are bounded: route templates instead of paths, names of peers, queues and event types; never ids.
Durations are in seconds.
"""

import asyncio
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Generic, TypeVar

from opentelemetry import trace
from prometheus_client import (
    REGISTRY,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    Metric,
    disable_created_metrics,
)
from prometheus_client.exposition import choose_encoder
from prometheus_client.metrics import MetricWrapperBase
from prometheus_client.registry import Collector
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from observability.exceptions import qualified_name
from observability.limits import time_is_up

__all__ = [
    "OTHER",
    "OWN",
    "OWN_LABELS",
    "Children",
    "breaker_calls",
    "breaker_state",
    "breaker_transitions",
    "cache_requests",
    "db_connections",
    "db_connections_max",
    "db_duration",
    "dead_lettered",
    "error_type",
    "event_loop_lag",
    "exemplar",
    "http_active",
    "http_client_duration",
    "http_server_duration",
    "http_waiting",
    "memory_limit",
    "metrics_route",
    "process_duration",
    "read_memory_limit",
    "redelivered",
    "retries",
    "sent_messages",
    "spans_exported",
    "spans_processed",
    "spans_queued",
    "task_restarts",
    "task_up",
    "timeouts",
]

OWN = CollectorRegistry()
"""The metrics that no convention names."""
OWN_LABELS = frozenset({"message_outcome"})
"""Labels that no convention names, on metrics of the conventions. They get the prefix too."""
OTHER = "_OTHER"
"""What the conventions put in place of a value that is not one of a known few."""

# Of HTTP and of messaging; 0.2 is ours, for promises of 200 ms.
_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.2, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0)
_DB_BUCKETS = (0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 5.0, 10.0)
_LOOP_BUCKETS = (0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)

M = TypeVar("M", bound=MetricWrapperBase)


class Children(dict[tuple[str, ...], M], Generic[M]):
    """The children of a metric by the values of its labels: `durations["GET", "200"].observe(...)`.

    `labels()` checks its arguments and takes a lock each time, which a request would pay several times over.
    """

    def __init__(self, metric: M) -> None:
        super().__init__()
        self._metric = metric

    def __missing__(self, values: tuple[str, ...]) -> M:
        child = self[values] = self._metric.labels(*values)
        return child


http_server_duration = Histogram(
    "http_server_request_duration_seconds",
    "Time from the first byte of a request to the last of its response",
    ["http_request_method", "http_route", "http_response_status_code", "url_scheme", "error_type"],
    buckets=_BUCKETS,
)
http_active = Gauge(
    "http_server_active_requests",
    "Requests being handled now, those that wait among them",
    ["http_request_method", "url_scheme"],
)
http_waiting = Gauge("http_waiting_requests", "Requests that wait until fewer are at work", registry=OWN)
http_client_duration = Histogram(
    "http_client_request_duration_seconds",
    "Time of a call to another service",
    [
        "http_request_method",
        "server_address",
        "server_port",
        "http_response_status_code",
        "error_type",
        "url_scheme",
        "service_peer_name",
    ],
    buckets=_BUCKETS,
)
db_duration = Histogram(
    "db_client_operation_duration_seconds",
    "Time of one statement or command",
    [
        "db_system_name",
        "db_namespace",
        "db_operation_name",
        "db_query_summary",
        "db_response_status_code",
        "error_type",
    ],
    buckets=_DB_BUCKETS,
)
db_connections = Gauge(
    "db_client_connection_count",
    "Connections of a pool, `used` or `idle`",
    ["db_client_connection_pool_name", "db_client_connection_state"],
)
db_connections_max = Gauge(
    "db_client_connection_max", "The most connections that a pool opens", ["db_client_connection_pool_name"]
)
sent_messages = Counter(
    "messaging_client_sent_messages",
    "Messages handed to the broker",
    ["messaging_system", "messaging_operation_name", "messaging_destination_name", "error_type"],
)
process_duration = Histogram(
    "messaging_process_duration_seconds",
    "Time to handle one delivery",
    [
        "messaging_system",
        "messaging_operation_name",
        "messaging_destination_name",
        "error_type",
        "message_outcome",
    ],
    buckets=_BUCKETS,
)
redelivered = Counter(
    "messages_redelivered", "Deliveries that are not the first of their message", ["queue"], registry=OWN
)
dead_lettered = Counter("messages_dead_lettered", "Messages given up", ["queue", "event"], registry=OWN)
breaker_state = Gauge(
    "circuit_breaker_state", "1 for the state a breaker is in", ["breaker", "state"], registry=OWN
)
breaker_transitions = Counter(
    "circuit_breaker_transitions", "Changes of state", ["breaker", "from_state", "to_state"], registry=OWN
)
breaker_calls = Counter(
    "circuit_breaker_calls",
    "Calls by outcome: `success`, `failure`, `rejected`, `late` (generation over) or `cancelled` (neutral)",
    ["breaker", "outcome"],
    registry=OWN,
)
cache_requests = Counter(
    "cache_requests", "Cache look-ups: `hit`, `miss` or `error`", ["cache", "outcome"], registry=OWN
)
retries = Counter("retries", "Further attempts after a failed one", ["call"], registry=OWN)
timeouts = Counter("timeouts", "Calls that ran out of time", ["call"], registry=OWN)
event_loop_lag = Histogram(
    "event_loop_lag_seconds",
    "How late the event loop ran a timer that was due",
    buckets=_LOOP_BUCKETS,
    registry=OWN,
)
memory_limit = Gauge(
    "process_memory_limit_bytes",
    "The memory that the process's container may use; +Inf where nothing limits it",
    registry=OWN,
)
spans_processed = Counter(
    "otel_sdk_processor_span_processed",
    "Spans handed to the exporter, or lost before with `error_type`: `queue_full`, or `_OTHER` (unreadable)",
    ["error_type"],
)
spans_exported = Counter(
    "otel_sdk_exporter_span_exported",
    "Spans that the trace store took, or lost with `error_type`: `rejected` by it, or `_OTHER` (not delivered)",
    ["error_type"],
)
spans_queued = Gauge("otel_sdk_processor_span_queue_size", "Spans waiting to be exported")
task_up = Gauge("background_task_up", "1 while a background task runs", ["task"], registry=OWN)
task_restarts = Counter(
    "background_task_restarts", "Times a background task died and was restarted", ["task"], registry=OWN
)


def read_memory_limit(file: Path = Path("/sys/fs/cgroup/memory.max")) -> float:
    """The limit in bytes, as the kernel tells a container of it. It can change while a process runs."""
    try:
        return float(file.read_text(encoding="ascii"))
    except (OSError, ValueError):  # no container, or one with the word `max`
        return math.inf


memory_limit.set_function(read_memory_limit)


def error_type(error: BaseException | None) -> str:
    """The label `error_type`: the exception's class with its module, empty where there is none.

    A cancellation is a TimeoutError where a limit of ours has run out (limits.py). Else the caller gave up, which
    is no failure of what it waited for.
    """
    if isinstance(error, asyncio.CancelledError):
        return "TimeoutError" if time_is_up() else ""
    return "" if error is None else qualified_name(type(error))


def exemplar(span: trace.Span | None = None) -> dict[str, str] | None:
    """`span`, or else the current one, and its trace as an exemplar; None outside of a sampled one."""
    context = (span or trace.get_current_span()).get_span_context()
    if not (context.trace_flags & 1 and context.is_valid):
        return None
    return {"trace_id": f"{context.trace_id:032x}", "span_id": f"{context.span_id:016x}"}


class _Served(Collector):
    """The families that have a sample: those of the conventions as they are, our own with the prefix.

    One module declares the metrics of all services; what a service has no part for, it has no sample of.
    """

    def __init__(self, conventional: CollectorRegistry, own: CollectorRegistry, prefix: str) -> None:
        self._conventional = conventional
        self._own = own
        self._prefix = f"{prefix}_" if prefix else ""

    def collect(self) -> Iterator[Metric]:
        for family in self._conventional.collect():
            if family.samples:
                yield self._labelled(family)
        for family in self._own.collect():
            if family.samples:
                yield self._named(family)

    def _labelled(self, family: Metric) -> Metric:
        if not OWN_LABELS.isdisjoint(family.samples[0].labels):
            family.samples = [
                sample._replace(labels={self._label(name): value for name, value in sample.labels.items()})
                for sample in family.samples
            ]
        return family

    def _label(self, name: str) -> str:
        return self._prefix + name if name in OWN_LABELS else name

    def _named(self, family: Metric) -> Metric:
        family.name = self._prefix + family.name
        family.samples = [sample._replace(name=self._prefix + sample.name) for sample in family.samples]
        return family


def metrics_route(
    prefix: str = "", *, registry: CollectorRegistry = REGISTRY, own: CollectorRegistry = OWN
) -> Route:
    """`GET /metrics`, in OpenMetrics (with exemplars) or the older text form, as the scraper asks.

    prefix: of the names that no convention has, such as `acme` for `acme_cache_requests_total`.
    """
    # Prometheus would store the time at which each counter began as a series of its own, `..._created`.
    disable_created_metrics()  # type: ignore[no-untyped-call]
    served = _Served(registry, own, prefix)

    async def metrics(request: Request) -> Response:
        encode, content_type = choose_encoder(request.headers.get("accept", ""))
        # In a thread: with many children it takes long enough to be felt by requests.
        body = await asyncio.to_thread(encode, served)
        return Response(body, headers={"content-type": content_type})

    return Route("/metrics", metrics, include_in_schema=False)
