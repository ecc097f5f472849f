"""Every metric of the platform that is not about business, and how it is served.

Labels are bounded: route templates instead of paths, names of peers, queues and event types; never ids.
Durations are in seconds. Buckets follow what a user notices: 5 ms to 10 s.
"""

import asyncio
from collections.abc import Iterator

from opentelemetry import trace
from prometheus_client import REGISTRY, CollectorRegistry, Counter, Gauge, Histogram, Metric
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

__all__ = [
    "breaker_calls",
    "breaker_state",
    "breaker_transitions",
    "cache_requests",
    "db_connections",
    "db_connections_max",
    "db_duration",
    "dead_lettered",
    "event_loop_lag",
    "exemplar",
    "http_active",
    "http_client_duration",
    "http_server_duration",
    "http_waiting",
    "metrics_route",
    "process_duration",
    "published",
    "redelivered",
    "retries",
    "spans_dropped",
    "spans_queued",
    "task_restarts",
    "task_up",
    "timeouts",
]

_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1.0, 2.5, 5.0, 10.0)
_LOOP_BUCKETS = (0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)

http_server_duration = Histogram(
    "http_server_request_duration_seconds",
    "Time from the first byte of a request to the last of its response",
    ["method", "route", "status"],
    buckets=_BUCKETS,
)
http_waiting = Gauge("http_server_waiting_requests", "Requests that wait until fewer are at work")
http_active = Gauge("http_server_active_requests", "Requests being handled now", ["method", "route"])
http_client_duration = Histogram(
    "http_client_request_duration_seconds",
    "Time of a call to another service; status is `error` when there was no response",
    ["peer", "method", "status"],
    buckets=_BUCKETS,
)
db_duration = Histogram(
    "db_client_operation_duration_seconds",
    "Time of one statement or command",
    ["system", "operation"],
    buckets=_BUCKETS,
)
db_connections = Gauge("db_client_connections", "Connections of a pool, `used` or `idle`", ["pool", "state"])
db_connections_max = Gauge("db_client_connections_max", "The most connections that a pool opens", ["pool"])
published = Counter(
    "messaging_published", "Messages handed to the broker: `confirmed` or `failed`", ["event", "outcome"]
)
process_duration = Histogram(
    "messaging_process_duration_seconds",
    "Time to handle one delivery: `ok`, `duplicate`, `ignored`, `retried` or `dead`",
    ["queue", "event", "outcome"],
    buckets=_BUCKETS,
)
redelivered = Counter("messaging_redelivered", "Deliveries that are not the first of their message", ["queue"])
dead_lettered = Counter("messaging_dead_lettered", "Messages given up", ["queue", "event"])
breaker_state = Gauge("circuit_breaker_state", "1 for the state a breaker is in", ["breaker", "state"])
breaker_transitions = Counter(
    "circuit_breaker_transitions", "Changes of state", ["breaker", "from_state", "to_state"]
)
breaker_calls = Counter(
    "circuit_breaker_calls",
    "Calls by outcome: `success`, `failure`, `rejected`, `late` (generation over) or `cancelled` (neutral)",
    ["breaker", "outcome"],
)
cache_requests = Counter("cache_requests", "Cache look-ups: `hit`, `miss` or `error`", ["cache", "outcome"])
retries = Counter("retries", "Further attempts after a failed one", ["call"])
timeouts = Counter("timeouts", "Calls that ran out of time", ["call"])
event_loop_lag = Histogram(
    "event_loop_lag_seconds", "How late the event loop ran a timer that was due", buckets=_LOOP_BUCKETS
)
spans_dropped = Counter("telemetry_spans_dropped", "Spans that never reached the trace store")
spans_queued = Gauge("telemetry_export_queue", "Spans waiting to be exported")
task_up = Gauge("background_task_up", "1 while a background task runs", ["task"])
task_restarts = Counter("background_task_restarts", "Times a background task died and was restarted", ["task"])


def exemplar() -> dict[str, str] | None:
    """The current trace as an exemplar, or None outside of a sampled one."""
    context = trace.get_current_span().get_span_context()
    if not (context.is_valid and context.trace_flags.sampled):
        return None
    return {"trace_id": f"{context.trace_id:032x}"}


class _WithSamples(Collector):
    """The families of a registry that have a sample.

    One module declares the metrics of all services; what a service has no part for, it has no sample of.
    """

    def __init__(self, registry: CollectorRegistry) -> None:
        self._registry = registry

    def collect(self) -> Iterator[Metric]:
        return (family for family in self._registry.collect() if family.samples)


def metrics_route(registry: CollectorRegistry = REGISTRY) -> Route:
    """`GET /metrics`, in OpenMetrics (with exemplars) or the older text form, as the scraper asks."""
    served = _WithSamples(registry)

    async def metrics(request: Request) -> Response:
        encode, content_type = choose_encoder(request.headers.get("accept", ""))
        # In a thread: with many children it takes long enough to be felt by requests.
        body = await asyncio.to_thread(encode, served)
        return Response(body, headers={"content-type": content_type})

    return Route("/metrics", metrics, include_in_schema=False)
