"""The parts of the platform and who needs whom: from the table of services and the trace contract."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from functools import cache
from typing import Any

from deploy.installation.services import BEHIND_GATEWAY, SERVICES
from deploy.installation.trace_contract import calls

__all__ = ["CLIENT", "Edge", "Part", "as_json", "edges", "part_of", "parts", "spread"]

CLIENT = "client"  # whoever comes from outside, as the trace contract calls it
_STORES = {"postgresql": "postgres", "mongodb": "mongo", "redis": "redis"}  # a system, and its program
_OTHERS = {
    **{CLIENT: "client", "gateway": "gateway", "frontend": "pages", "rabbitmq": "broker", "jaeger": "telemetry"},
    **dict.fromkeys(_STORES.values(), "store"),
}


@dataclass(frozen=True)
class Part:
    """Something that can fail. replicas: the names of its programs, one that is its own where there is one."""

    name: str
    kind: str
    replicas: tuple[str, ...]


@dataclass(frozen=True, order=True)
class Edge:
    """One part needs another. kind: http, message, database, cache or telemetry."""

    caller: str
    callee: str
    kind: str


def parts() -> list[Part]:
    """All of them."""
    services = [Part(one.name, "service", tuple(one.replicas)) for one in SERVICES]
    return [*services, *(Part(name, kind, (name,)) for name, kind in _OTHERS.items())]


@cache
def edges() -> frozenset[Edge]:
    """Who needs whom."""
    return frozenset(edge for edge in (*_of_the_table(), *_of_the_contract()) if edge.caller != edge.callee)


def part_of(name: str) -> str:
    """The part that a replica, a store's system or an alert's label of a service belongs to; the name itself."""
    replicas = {replica: part.name for part in parts() for replica in part.replicas}
    return replicas.get(name) or _STORES.get(name, name)


def spread(part: str, hit: Iterable[str]) -> list[tuple[str, str]]:
    """The ways from where a fault is to everything that it hits, along the edges, the nearest first.

    A fault goes both ways: a caller waits for what fails, and what is called gets more or fewer calls.
    Raises ValueError for a part that it cannot reach.
    """
    left, reached, ways = set(hit), [part], list[tuple[str, str]]()
    neighbours = {frozenset((edge.caller, edge.callee)) for edge in edges()}
    while left:
        found = [
            (near, far)
            for near in reached
            for far in sorted(left)
            if frozenset((part_of(near), part_of(far))) in neighbours
        ]
        if not found:
            raise ValueError(f"No edge leads from {part} to {', '.join(sorted(left))}.")
        ways += found
        reached = list(dict.fromkeys(far for _, far in found))
        left -= set(reached)
    return ways


def as_json() -> dict[str, Any]:
    """For a file."""
    return {"parts": [asdict(one) for one in parts()], "edges": [asdict(one) for one in sorted(edges())]}


def _of_the_table() -> Iterator[Edge]:
    yield Edge(CLIENT, "gateway", "http")
    yield Edge("gateway", "frontend", "http")
    yield from (Edge("gateway", name, "http") for name in BEHIND_GATEWAY)
    for service in SERVICES:
        yield from (Edge(service.name, name, "http") for name in service.calls)
        yield Edge(service.name, "jaeger", "telemetry")
        if service.store in _STORES:
            yield Edge(service.name, _STORES[service.store], "database")
        if service.redis:
            yield Edge(service.name, "redis", "cache")
        if service.events:
            yield Edge(service.name, "rabbitmq", "message")


def _of_the_contract() -> Iterator[Edge]:
    """Those between services that go through the broker or come back, such as a webhook."""
    services = {service.name for service in SERVICES}
    for call in calls():
        if {call.caller, call.callee} <= services and call.kind in ("http", "message"):
            yield Edge(call.caller, call.callee, call.kind)
