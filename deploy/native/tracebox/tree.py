"""Spans of an /api/v3 answer as objects, and as trees."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

KINDS = ("", "internal", "server", "client", "producer", "consumer")
_ERROR = 2


@dataclass(frozen=True)
class Span:
    """One span; times in nanoseconds."""

    trace_id: str
    span_id: str
    parent_id: str
    service: str
    name: str
    kind: str
    start: int
    duration: int
    error: bool
    message: str
    attributes: Mapping[str, str]
    resource: Mapping[str, str]
    events: list[tuple[int, str, Mapping[str, str]]] = field(default_factory=list)
    links: list[tuple[str, str]] = field(default_factory=list)  # trace id, span id


@dataclass(frozen=True)
class Node:
    """A span at its place in the tree; `orphan` where it names a parent that is not there."""

    span: Span
    depth: int
    orphan: bool
    last: tuple[bool, ...]  # for each level below the root: whether this branch ends there


def read_spans(resource_spans: Iterable[Mapping[str, Any]]) -> Iterator[Span]:
    """Read the spans of `{"result": {"resourceSpans": ...}}`."""
    for part in resource_spans:
        resource = read_attributes(part.get("resource", {}).get("attributes", ()))
        for scope in part.get("scopeSpans", ()):
            for raw in scope.get("spans", ()):
                yield _read_span(raw, resource)


def read_attributes(raw: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Read OTLP JSON attributes as text."""
    return {item["key"]: _text(item.get("value", {})) for item in raw}


def walk(spans: Iterable[Span]) -> Iterator[Node]:
    """Give the spans of one trace parents first, siblings by start; roots and orphans on top."""
    ordered = sorted(spans, key=lambda span: (span.start, span.span_id))
    known = {span.span_id for span in ordered}
    children: dict[str, list[Span]] = {}
    for span in ordered:
        parent = span.parent_id if span.parent_id in known and span.parent_id != span.span_id else ""
        children.setdefault(parent, []).append(span)
    stack = [Node(span, 0, bool(span.parent_id), ()) for span in reversed(children.pop("", []))]
    seen: set[str] = set()
    while stack or children:
        if not stack:  # only circles are left: each is entered at its first span
            first = next(span for span in ordered if span.span_id not in seen)
            children[first.parent_id].remove(first)
            stack.append(Node(first, 0, True, ()))
        node = stack.pop()
        seen.add(node.span.span_id)
        yield node
        below = children.pop(node.span.span_id, [])
        for position, child in enumerate(reversed(below)):
            stack.append(Node(child, node.depth + 1, False, (*node.last, position == 0)))


def _read_span(raw: Mapping[str, Any], resource: Mapping[str, str]) -> Span:
    start = int(raw.get("startTimeUnixNano", 0))
    status = raw.get("status") or {}
    return Span(
        trace_id=raw["traceId"],
        span_id=raw["spanId"],
        parent_id=raw.get("parentSpanId", ""),
        service=resource.get("service.name", ""),
        name=raw.get("name", ""),
        kind=KINDS[raw.get("kind", 0)] if raw.get("kind", 0) in range(len(KINDS)) else "",
        start=start,
        duration=max(0, int(raw.get("endTimeUnixNano", 0)) - start),
        error=status.get("code") == _ERROR,
        message=status.get("message", ""),
        attributes=read_attributes(raw.get("attributes", ())),
        resource=resource,
        events=[
            (
                int(event.get("timeUnixNano", 0)),
                event.get("name", ""),
                read_attributes(event.get("attributes", ())),
            )
            for event in raw.get("events", ())
        ],
        links=[(link.get("traceId", ""), link.get("spanId", "")) for link in raw.get("links", ())],
    )


def _text(value: Mapping[str, Any]) -> str:
    for kind, item in value.items():
        if kind == "boolValue":
            return str(item).lower()
        if kind == "arrayValue":
            return "[" + ", ".join(_text(member) for member in item.get("values", ())) + "]"
        if kind == "kvlistValue":
            members = read_attributes(item.get("values", ())).items()
            return "{" + ", ".join(f"{key}: {member}" for key, member in members) + "}"
        return str(item)
    return ""
