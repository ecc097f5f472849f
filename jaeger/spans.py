"""Spans of an /api/v3 answer as objects, and as trees."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from jaeger.loose import mapping, mappings, text, whole

KINDS = ("", "internal", "server", "client", "producer", "consumer")
BROWSER = "frontend"  # the service of browsers' spans
ORIGIN = "shop.origin"  # of a resource: `browser` where its spans are from anybody
_ERROR = 2
_DEEPEST = 20  # lists and maps within each other that are shown


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


def kind_name(number: int) -> str:
    """`server` for 2; nothing for an unspecified or unknown kind."""
    return KINDS[number] if 0 <= number < len(KINDS) else ""


def read_spans(resource_spans: Iterable[Mapping[str, Any]]) -> Iterator[Span]:
    """Read the spans of `{"result": {"resourceSpans": ...}}`."""
    for part in resource_spans:
        resource = read_attributes(mapping(mapping(part).get("resource")).get("attributes"))
        for scope in mappings(mapping(part).get("scopeSpans")):
            for raw in mappings(scope.get("spans")):
                yield _read_span(raw, resource)


def read_traces(answer: object) -> dict[str, list[Span]]:
    """Read the spans of an answer of /api/v3, by the ids of their traces."""
    found: dict[str, list[Span]] = {}
    for span in read_spans(mappings(mapping(mapping(answer).get("result")).get("resourceSpans"))):
        found.setdefault(span.trace_id, []).append(span)
    return found


def read_attributes(raw: object) -> dict[str, str]:
    """Read OTLP JSON attributes as text."""
    return {text(item.get("key")): _text(item.get("value")) for item in mappings(raw)}


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
    start, kind = whole(raw.get("startTimeUnixNano")), whole(raw.get("kind"))
    status = mapping(raw.get("status"))
    return Span(
        trace_id=text(raw.get("traceId")),
        span_id=text(raw.get("spanId")),
        parent_id=text(raw.get("parentSpanId")),
        service=resource.get("service.name", ""),
        name=text(raw.get("name")),
        kind=kind_name(kind),
        start=start,
        duration=max(0, whole(raw.get("endTimeUnixNano")) - start),
        error=status.get("code") == _ERROR,
        message=text(status.get("message")),
        attributes=read_attributes(raw.get("attributes")),
        resource=resource,
        events=[
            (whole(event.get("timeUnixNano")), text(event.get("name")), read_attributes(event.get("attributes")))
            for event in mappings(raw.get("events"))
        ],
        links=[(text(link.get("traceId")), text(link.get("spanId"))) for link in mappings(raw.get("links"))],
    )


def _text(value: object, depth: int = 0) -> str:
    if depth > _DEEPEST:
        return "..."
    for kind, item in mapping(value).items():
        if kind == "boolValue":
            return str(item).lower()
        if kind == "arrayValue":
            members = mappings(mapping(item).get("values"))
            return "[" + ", ".join(_text(member, depth + 1) for member in members) + "]"
        if kind == "kvlistValue":
            pairs = mappings(mapping(item).get("values"))
            written = (f"{text(pair.get('key'))}: {_text(pair.get('value'), depth + 1)}" for pair in pairs)
            return "{" + ", ".join(written) + "}"
        return text(item)
    return ""
