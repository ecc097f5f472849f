"""The trace contract of traces.toml, and real traces in its terms."""

import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from tests.platform.traces import Span, Trace

CLIENT = "client"
GATEWAY = "gateway"
JOURNEYS: Mapping[str, Any] = tomllib.loads(Path(__file__).with_name("traces.toml").read_text(encoding="utf-8"))
STORES = {"redis": "cache"}  # every other system is a database


class Edge(NamedTuple):
    """Who calls whom, and how."""

    caller: str
    callee: str
    kind: str


@dataclass(frozen=True)
class Contract:
    """The edges of a journey: those that must be there, so often, and those that may."""

    edges: Counter[Edge]
    optional: set[Edge]

    def deviations(self, trace: Trace) -> list[str]:
        """Everything in which a trace is not as agreed; empty when it is."""
        found = Counter(edges_of(trace))
        missing, surplus = self.edges - found, found - self.edges
        return [
            *(f"missing: {_text(edge, count)}" for edge, count in missing.items()),
            *(f"unexpected: {_text(edge, count)}" for edge, count in surplus.items() if edge not in self.optional),
            *(f"without its parent: {span}" for span in trace.orphans()),
            *(f"a root: {root}" for root in sorted(self._unexpected_roots(trace))),
        ]

    def is_complete(self, trace: Trace) -> bool:
        """Whether nothing is missing (any more)."""
        return not self.edges - Counter(edges_of(trace)) and not trace.orphans()

    def _unexpected_roots(self, trace: Trace) -> set[str]:
        callees = {edge.callee for edge in self.edges}
        expected = {edge.caller for edge in self.edges} - callees
        roots = Counter(label(span) for span in trace.roots())
        return {root for root, count in roots.items() if root not in expected or count > 1}


def contract(journey: str, *, with_client: bool = True, with_gateway: bool = False) -> Contract:
    """What must be seen of a journey. with_client: it sends `traceparent`; with_gateway: Nginx makes spans."""
    return Contract(
        Counter(
            edge
            for agreed in _edges(journey, "edges")
            for edge in _begun(agreed, with_client=with_client, with_gateway=with_gateway)
        ),
        set(_edges(journey, "optional")),
    )


def _edges(journey: str, which: str) -> Iterator[Edge]:
    told = JOURNEYS[journey]
    for included in told.get("includes", ()):
        yield from _edges(included, which)
    table = told.get(which, {})
    for caller, called in table.get("edges", table).items():
        for line in called:
            kind, callee = line.split(maxsplit=1)
            yield Edge(caller, callee, kind)


def edges_of(trace: Trace) -> Iterator[Edge]:
    """A trace in the terms of the contract. What a client does within itself is its own affair."""
    by_id = {span.id: span for span in trace.spans}
    answered = {span.parent for span in trace.spans}
    for span in trace.spans:
        parent = by_id.get(span.parent)
        if parent is None or label(span) == CLIENT:
            continue
        if parent.kind in ("CLIENT", "PRODUCER") and label(parent) != CLIENT:
            kind = "http" if parent.kind == "CLIENT" else "message"
            caller = by_id.get(parent.parent)
            yield Edge(label(caller) if caller else "nobody", label(span), kind)
        elif span.kind == "SERVER":
            yield Edge(label(parent), label(span), "http")
        elif span.kind == "INTERNAL":
            yield Edge(label(parent), label(span), "internal")
        elif system := span.attributes.get("db.system.name"):
            yield Edge(label(parent), label(span), STORES.get(system, "database"))
        elif span.id not in answered:  # a call without an answer, a message that nobody takes
            yield Edge(label(parent), f"nobody, by {span}", "lost")


def label(span: Span) -> str:
    """What the contract calls the one who did this."""
    if span.service == "frontend":
        return CLIENT
    if span.service == GATEWAY:
        return GATEWAY
    if system := span.attributes.get("db.system.name"):
        given = span.attributes
        command = f"{given.get('db.operation.name')} {given.get('db.collection.name', '')}".rstrip()
        return f"{system} {given.get('db.query.summary') or command}"
    if "messaging.system" in span.attributes:
        event = span.attributes["messaging.rabbitmq.destination.routing_key"]
        return f"{span.service} {span.attributes['messaging.operation.name']} {event}"
    return f"{span.service} {span.name}"


def _begun(edge: Edge, *, with_client: bool, with_gateway: bool) -> Iterator[Edge]:
    """The edges that stand for one whose caller may be the client."""
    if edge.caller != CLIENT:
        yield edge
        return
    if with_client:
        yield edge._replace(callee=GATEWAY) if with_gateway else edge
    if with_gateway:
        yield edge._replace(caller=GATEWAY)


def _text(edge: Edge, count: int) -> str:
    return f"{edge.caller} -> {edge.callee} ({edge.kind}, {count} times)"
