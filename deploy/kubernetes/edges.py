"""Who may talk to whom. Everything else is refused, in both directions (chart/templates/networkpolicies.yaml).

What services ask of each other and of their stores is read from the trace contract (tests/contract/traces.toml):
what a trace shows is allowed, and nothing else. What no trace shows is in
`INFRASTRUCTURE`, each line with its reason.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from deploy.installation.services import SERVICES
from deploy.installation.trace_contract import Call, calls
from deploy.kubernetes.traces import BALANCER, SAMPLER, VALUE

# A system in the trace contract: its part and the name of its port.
_SYSTEMS = {
    "postgresql": ("postgres", "postgresql"),
    "mongodb": ("mongo", "mongodb"),
    "redis": ("redis", "redis"),
}
_BROKER = ("rabbitmq", "amqp")
_IN_ITS_PROCESS = "sqlite"


class Edge(NamedTuple):
    """One part may open connections to a named port of another, and why."""

    source: str
    target: str
    port: str
    why: str
    when: str = ""  # the value that brings it, by `<when>.enabled`; `!<when>` is gone with it; `+` is both


_ALL = tuple(service.name for service in SERVICES)
INFRASTRUCTURE: tuple[Edge, ...] = (
    *(
        Edge(service.name, other, "http", "asks for the keys of tokens, once in each process")
        for service in SERVICES
        for other in service.calls
        if other == "user-service"
    ),
    Edge("gateway", "frontend", "http", "the pages of the shop"),
    *(
        edge
        for target, when in (("jaeger", f"!{VALUE}"), (BALANCER, VALUE))
        for edge in (
            Edge(
                "gateway",
                target,
                "otlp-http",
                "spans of Locust's workers, in the gateway's pods",
                f"load+{when}",
            ),
            Edge("gateway", target, "otlp-grpc", "the gateway's own spans", when),
            Edge("gateway", target, "otlp-browser", "the spans of browsers, which it passes on", when),
            *(Edge(name, target, "otlp-http", "spans", when) for name in (*_ALL, "prepare")),
            Edge("prometheus", target, "span-metrics", "what is counted of spans", when),
        )
    ),
    Edge("backup", "gateway", "pause", "writes are held while stores are copied", "backup"),
    Edge("backup", "payment-provider", "http", "a copy of the ledger", "backup"),
    Edge("backup", "postgres", "postgresql", "dumps of the databases", "backup"),
    Edge("backup", "mongo", "mongodb", "products and decisions", "backup"),
    Edge("backup", "rabbitmq", "amqp", "events that are on their way", "backup"),
    Edge("gateway", "locust", "workers", "Locust's workers are in the gateway's pods", "load"),
    Edge(BALANCER, SAMPLER, "otlp-grpc", "a trace goes whole to one of them", VALUE),
    Edge(SAMPLER, "jaeger", "otlp-grpc", "the traces that are kept", VALUE),
    *(Edge("prometheus", name, "metrics", "metrics", VALUE) for name in (BALANCER, SAMPLER)),
    Edge("prepare", "postgres", "postgresql", "roles, databases, migrations and the first accounts"),
    Edge("prepare", "mongo", "mongodb", "the user of the product service, indexes and the first products"),
    *(Edge("prometheus", name, "http", "metrics") for name in (*_ALL, "alertmanager", "blackbox-exporter")),
    Edge("prometheus", "gateway", "nginx-metrics", "metrics"),
    Edge("prometheus", "gateway", "log-metrics", "metrics"),
    Edge("prometheus", "rabbitmq", "metrics", "metrics"),
    Edge("prometheus", "postgres-exporter", "metrics", "metrics"),
    Edge("prometheus", "redis-exporter", "metrics", "metrics"),
    Edge("prometheus", "jaeger", "metrics", "metrics"),
    Edge("blackbox-exporter", "gateway", "http", "looks at the shop from outside"),
    Edge("blackbox-exporter", "gateway", "https", "looks at the shop from outside"),
    Edge("postgres-exporter", "postgres", "postgresql", "reads its statistics"),
    Edge("redis-exporter", "redis", "redis", "reads its statistics"),
    Edge("jaeger", "prometheus", "http", "the Monitor tab"),
    Edge("grafana", "prometheus", "http", "panels"),
    Edge("grafana", "jaeger", "query", "traces"),
    Edge("grafana", "loki", "http", "logs", "logs"),
    Edge("prometheus", "loki", "http", "metrics", "logs"),
)


def edges() -> list[Edge]:
    """All of them, sorted; each pair of parts and port once, with its first reason."""
    found: dict[tuple[str, str, str], Edge] = {}
    for edge in (*(edge for call in calls() for edge in _of_call(call)), *INFRASTRUCTURE):
        found.setdefault(edge[:3], edge)
    return sorted(found.values())


def _of_call(call: Call) -> Iterator[Edge]:
    journey, caller, kind, callee = call
    why = f"the journey `{journey}` of the trace contract"
    if kind == "http":
        # Whoever is outside comes through the gateway.
        yield Edge("gateway" if caller == "client" else caller, callee, "http", why)
    elif kind == "message":
        yield from (Edge(name, *_BROKER, why) for name in (caller, callee))
    elif kind in ("database", "cache") and callee != _IN_ITS_PROCESS:
        yield Edge(caller, *_SYSTEMS[callee], why)
